package agentcore.example;

import agentcore.core.Config;
import agentcore.core.Setting;
import agentcore.core.backend.IdempotencyKey;
import agentcore.core.backend.Log.PublishResult;
import agentcore.core.backend.Position;
import agentcore.core.consumer.Replay;
import agentcore.core.consumer.Session;
import agentcore.core.message.Event;
import agentcore.core.message.Fields;
import agentcore.core.message.Message;
import agentcore.core.message.Post;
import java.util.Optional;
import java.util.Set;

/**
 * Sends private messages, and reads and resumes the log of the session's user. A message is an
 * entry in the recipient's log and an entry in the sender's log, which shows it on the sender's
 * other devices and answers the request.
 *
 * <p>The recipient's entry comes first, so the answer means that both are stored. If the server
 * dies between the two, the sender has no answer; the retry with the same id finds the first entry
 * and appends the second.
 */
final class PrivateMessages {
  private final int maxTextLength;
  private final int inboxSize;
  private final Recipients recipients;
  private final Typing typing;

  /** Sends an event as the reply to a request, or without one. */
  @FunctionalInterface
  private interface Reply {
    void send(Event event);
  }

  PrivateMessages(Config config, Recipients recipients, Typing typing) {
    this.maxTextLength = config.integer(ChatSetting.MAX_TEXT_LENGTH);
    this.inboxSize = config.integer(Setting.INBOX_SIZE);
    this.recipients = recipients;
    this.typing = typing;
  }

  /** Handles {@code private_message}. */
  void send(Session session, Message message) {
    String named = Requests.target(message);
    String text = Requests.text(message, maxTextLength);
    String user = recipients.find(session, named);
    recipients.take(session, user);
    typing.stop(session, user);
    String content = named + '\n' + text;
    Event received =
        Event.of("private_message")
            .with("from_user_id", session.channel())
            .with("from_username", session.user())
            .with("to_user_id", named)
            .with("to_username", user)
            .with("text", text);
    Post post = new Post(received, session.user(), Set.of());
    PublishResult stored =
        Requests.unlessConflict(session.publish(user, post, key(session, message, "to", content)));
    Event sent =
        Event.of("private_message_sent")
            .with("to_user_id", named)
            .with("to_username", user)
            .with("text", text);
    if (user.equals(session.user())) { // the log has the message already
      session.reply(message, Rooms.receipt(sent, stored));
    } else {
      PublishResult unused =
          Requests.unlessConflict(
              session
                  .inbox()
                  .answer(message, sent, key(session, message, "from " + user, content)));
    }
  }

  /** Returns the key of an entry; a log may hold entries of several kinds with one request id. */
  private static Optional<IdempotencyKey> key(
      Session session, Message message, String kind, String content) {
    return message.id().map(id -> IdempotencyKey.of(session.user(), kind + '\n' + id, content));
  }

  /** Handles {@code get_inbox}. */
  void history(Session session, Message message) {
    int limit = Requests.limit(message, inboxSize);
    long before = Requests.before(message);
    Session.History history = session.inbox().history(before, limit, Messages.MAX_HISTORY_BYTES);
    session.reply(message, Messages.describe(Event.of("inbox"), history));
  }

  /** Handles {@code resume_inbox}. */
  void resume(Session session, Message message) {
    Position lastSeen =
        Requests.lastSeen(message)
            .orElseThrow(() -> Fields.wrongKind("since", "an integer of at least 0"));
    resume(session, lastSeen, event -> session.reply(message, event));
  }

  /** Resumes the log of a client that said while connecting what it has seen. */
  static void resume(Session session) {
    Requests.lastSeenInInbox(session)
        .ifPresent(lastSeen -> resume(session, lastSeen, session::send));
  }

  private static void resume(Session session, Position lastSeen, Reply reply) {
    Replay replay = session.inbox().replay(lastSeen);
    Event resumed = Rooms.place(Event.of("inbox_resumed"), session.inbox().entered());
    reply.send(resumed.with("recovered", replay.isComplete()));
    replay.send();
  }

  /** Returns the welcome with the position of the log, if there is one. */
  static Event describe(Event welcome, Session session) {
    Position entered = session.inbox().entered();
    return entered.equals(Position.UNKNOWN)
        ? welcome
        : welcome.with("inbox_seq", entered.seq()).with("inbox_epoch", entered.epoch());
  }
}
