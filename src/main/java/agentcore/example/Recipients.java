package agentcore.example;

import agentcore.core.Config;
import agentcore.core.Setting;
import agentcore.core.backend.TokenBuckets;
import agentcore.core.consumer.Session;
import agentcore.core.message.ClientException;
import agentcore.core.message.ErrorCode;
import agentcore.core.message.Names;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Decides who can be written to. With tokens, that is any valid user id, since the login service
 * decides who exists. Without them anybody may invent an id, so the user must have been connected
 * within INBOX_TTL.
 *
 * <p>It also limits how fast users write to the logs of users: each sender, so that nobody floods
 * many people; each recipient, whose log would lose its oldest entries; and all together on this
 * server, since every recipient is a log in the store.
 *
 * <p>A bucket holds one minute's worth, so that much may be sent at once.
 */
public final class Recipients {
  /** The name of a connection is shorter: a user id and some characters. */
  private static final int MAX_NAME_LENGTH = 128;

  private static final Duration PERIOD = Duration.ofMinutes(1);

  private final int perSender;
  private final int perRecipient;
  private final int total;
  private final LocalRate all;
  private final boolean hasTokens;
  private final Duration inboxTtl;

  /** Reads the settings. */
  public Recipients(Config config) {
    this.perSender = config.integer(ChatSetting.PRIVATE_RATE_LIMIT);
    this.perRecipient = config.integer(ChatSetting.PRIVATE_RATE_LIMIT_TARGET);
    this.total = config.integer(ChatSetting.PRIVATE_RATE_LIMIT_TOTAL);
    this.all = new LocalRate(total, PERIOD, System::nanoTime);
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

  /** Counts an entry that the session's user writes to the log of a user, or refuses it. */
  void take(Session session, String recipient) {
    refuseIf(take(session, "private-from/" + session.user(), perSender), "from you", perSender);
    refuseIf(take(session, "private-to/" + recipient, perRecipient), "to this user", perRecipient);
    refuseIf(all.take("", 1), "on this server", total);
  }

  private static Optional<Duration> take(Session session, String bucket, int perMinute) {
    return perMinute == 0
        ? Optional.empty()
        : session.take(
            bucket, new TokenBuckets.Rate(perMinute, (double) perMinute / PERIOD.toSeconds()));
  }

  private static void refuseIf(Optional<Duration> wait, String where, int perMinute) {
    if (wait.isPresent()) {
      throw new ClientException(
          ErrorCode.RATE_LIMIT_EXCEEDED,
          "Too many private messages " + where + " (max " + perMinute + " per minute)",
          wait);
    }
  }
}
