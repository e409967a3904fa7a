package agentcore.example;

import agentcore.core.backend.Accounts;
import agentcore.core.backend.Accounts.SetResult;
import agentcore.core.backend.Notice;
import agentcore.core.consumer.Session;
import agentcore.core.message.ClientException;
import agentcore.core.message.Event;
import agentcore.core.message.Message;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Blocks users, who then cannot write to the user privately. A user who is blocked receives the
 * same answers as for a user who does not exist.
 */
final class Blocks {
  private static final String SET = "blocked";
  private static final int MAX = 1000;

  private Blocks() {}

  /** Handles {@code block_user}. */
  static void block(Session session, Message message) {
    String user = Requests.user(message);
    Event blocked = Event.of("user_blocked").with("username", user);
    SetResult result =
        session
            .accounts()
            .set(session.user(), SET, user, Optional.empty(), "", MAX, announced(session, blocked));
    if (result == SetResult.FULL) {
      throw new ClientException(
          ChatCodes.LIMIT_EXCEEDED, "Too many blocked users (max " + MAX + " per user)");
    }
    session.reply(message, blocked);
  }

  /** Handles {@code unblock_user}. */
  static void unblock(Session session, Message message) {
    String user = Requests.user(message);
    Event unblocked = Event.of("user_unblocked").with("username", user);
    boolean unused =
        session.accounts().remove(session.user(), SET, user, announced(session, unblocked));
    session.reply(message, unblocked);
  }

  /** Handles {@code blocked_users}. */
  static void list(Session session, Message message) {
    List<String> users =
        session.accounts().read(session.user(), List.of(SET)).getFirst().keySet().stream()
            .sorted()
            .toList();
    session.reply(message, Event.of("blocked_users").withList("users", users));
  }

  /** Begins to look up whether a user is blocked by another one; to be called once. */
  static Supplier<Boolean> isBlocked(Accounts accounts, String user, String by) {
    Supplier<Optional<String>> found = accounts.submitFind(by, SET, user);
    return () -> found.get().isPresent();
  }

  private static Optional<Notice> announced(Session session, Event event) {
    return Optional.of(Requests.toOtherDevices(session, event));
  }
}
