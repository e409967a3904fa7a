package agentcore.example;

import agentcore.core.Config;
import agentcore.core.Setting;
import agentcore.core.backend.IdempotencyKey;
import agentcore.core.backend.PublishResult;
import agentcore.core.backend.Room;
import agentcore.core.consumer.Membership;
import agentcore.core.consumer.Session;
import agentcore.core.message.Event;
import agentcore.core.message.Fields;
import agentcore.core.message.Message;
import java.util.Optional;
import java.util.OptionalLong;

/** Sends messages to rooms, and reads their history. */
public final class Messages {
  private static final int DEFAULT_LIMIT = 50;
  private static final int MAX_HISTORY_BYTES = 256 * 1024;

  private final int maxTextLength;
  private final int historySize;
  private final Typing typing;

  Messages(Config config, Typing typing) {
    this.maxTextLength = config.integer(ChatSetting.MAX_TEXT_LENGTH);
    this.historySize = config.integer(Setting.HISTORY_SIZE);
    this.typing = typing;
  }

  /** Handles {@code chat_message}: appends it to the log, and acknowledges it when it is there. */
  void send(Session session, Message message) {
    String roomName = Requests.roomName(message, "room");
    String text = Requests.text(message, maxTextLength);
    Membership membership = Requests.membership(session, roomName);
    typing.stop(session, membership);
    Event event = Rooms.about(session, "chat_message", roomName).with("text", text);
    Optional<IdempotencyKey> key =
        message.id().map(id -> IdempotencyKey.of(session.user(), id, text));
    session.publish(message, membership, event, key, acknowledgement(session, message, roomName));
  }

  private static Session.Reply acknowledgement(Session session, Message message, String roomName) {
    return result -> {
      Requests.require(
          result.outcome() != PublishResult.Outcome.CONFLICT, "Message id already used");
      if (message.id().isPresent()) {
        Event ack = Rooms.place(Event.of("ack").with("room", roomName), result.position());
        session.reply(
            message,
            ack.with("message_id", result.position().id())
                .with("duplicate", result.outcome() == PublishResult.Outcome.DUPLICATE));
      }
    };
  }

  /** Handles {@code get_message_history}. */
  void history(Session session, Message message) {
    String roomName = Requests.roomName(message, "room");
    int limit = limit(message);
    long before = before(message);
    Room room = Requests.visibleRoom(session, roomName);
    Requests.membership(session, roomName);
    Session.History history = session.history(room, before, limit, MAX_HISTORY_BYTES);
    session.reply(message, describe(Event.of("message_history"), roomName, history));
  }

  /** Returns the event with a part of a room's log. */
  public static Event describe(Event event, String roomName, Session.History history) {
    Event described =
        Rooms.place(
            event.with("room", roomName).withList("messages", history.events()), history.top());
    return history.more() ? described.with("more", true) : described;
  }

  private int limit(Message message) {
    long limit = message.data().integer("limit").orElse(Math.min(DEFAULT_LIMIT, historySize));
    Requests.require(
        limit >= 1 && limit <= historySize, "Limit must be between 1 and " + historySize);
    return (int) limit;
  }

  private static long before(Message message) {
    OptionalLong before = message.data().integer("before");
    if (before.isPresent() && before.getAsLong() < 1) {
      throw Fields.wrongKind("before", "an integer of at least 1");
    }
    return before.orElse(Long.MAX_VALUE);
  }
}
