package agentcore.example;

import agentcore.core.Config;
import agentcore.core.backend.IdempotencyKey;
import agentcore.core.backend.Log.PublishResult;
import agentcore.core.consumer.Session;
import agentcore.core.message.Event;
import agentcore.core.message.Message;
import agentcore.core.message.Post;
import java.util.Optional;
import java.util.Set;

/**
 * Sends private messages. A message is an entry in the recipient's log and an entry in the sender's
 * log, which shows it on the sender's other devices and answers the request.
 *
 * <p>The recipient's entry comes first, so the answer means that both are stored. If the server
 * dies between the two, the sender has no answer; the retry with the same id finds the first entry
 * and appends the second.
 */
final class PrivateMessages {
  private final int maxTextLength;
  private final Recipients recipients;
  private final InboxLimits limits;
  private final Typing typing;

  PrivateMessages(Config config, Recipients recipients, InboxLimits limits, Typing typing) {
    this.maxTextLength = config.integer(ChatSetting.MAX_TEXT_LENGTH);
    this.recipients = recipients;
    this.limits = limits;
    this.typing = typing;
  }

  /** Handles {@code private_message}. */
  void send(Session session, Message message) {
    String named = Requests.target(message);
    String text = Requests.text(message, maxTextLength);
    String user = recipients.find(session, named);
    limits.take(session, user);
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
}
