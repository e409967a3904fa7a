package agentcore.example;

import agentcore.core.Config;
import agentcore.core.Setting;
import agentcore.core.consumer.Session;
import agentcore.core.message.Names;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Decides who can be written to. With tokens, that is any valid user id, since the login service
 * decides who exists. Without them anybody may invent an id, so the user must have been connected
 * within INBOX_TTL.
 */
public final class Recipients {
  /** The name of a connection is shorter: a user id and some characters. */
  private static final int MAX_NAME_LENGTH = 128;

  private final boolean hasTokens;
  private final Duration inboxTtl;

  /** Reads the settings. */
  public Recipients(Config config) {
    this.hasTokens = !config.text(Setting.AUTH_SECRET).isEmpty();
    this.inboxTtl = config.seconds(Setting.INBOX_TTL);
  }

  /**
   * Returns the user that a request names by the user's id or by the name of a connection, or
   * refuses with USER_NOT_FOUND, also if that user has blocked the sender.
   */
  String find(Session session, String named) {
    String user = userOf(named).orElseThrow(Requests::userNotFound);
    Supplier<Boolean> isBlocked = Blocks.isBlocked(session.accounts(), session.user(), user);
    if (!mayReceive(() -> session.presence().lastSeen(user)) || isBlocked.get()) {
      throw Requests.userNotFound();
    }
    return user;
  }

  /**
   * Returns the user that a user id or the name of a connection stands for; empty if it is neither.
   */
  static Optional<String> userOf(String named) {
    return Names.length(named) <= MAX_NAME_LENGTH // it is repeated in what is stored
        ? Optional.of(Names.userOf(named).orElse(named))
            .filter(user -> Names.userFault(user).isEmpty())
        : Optional.empty();
  }

  /**
   * Tests whether a user with a valid id can be written to.
   *
   * @param lastSeen looks up when the user was connected; called only if that decides
   */
  public boolean mayReceive(Supplier<Optional<Instant>> lastSeen) {
    return hasTokens
        || lastSeen.get().filter(seen -> !seen.isBefore(Instant.now().minus(inboxTtl))).isPresent();
  }
}
