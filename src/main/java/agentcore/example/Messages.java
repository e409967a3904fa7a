package agentcore.example;

import agentcore.core.Config;
import agentcore.core.Setting;
import agentcore.core.backend.IdempotencyKey;
import agentcore.core.backend.Log.PublishResult;
import agentcore.core.backend.Room;
import agentcore.core.consumer.Membership;
import agentcore.core.consumer.Session;
import agentcore.core.message.Event;
import agentcore.core.message.Message;
import agentcore.core.message.Post;
import java.util.Optional;

/** Sends messages to rooms, and reads their history. */
public final class Messages {
  static final int MAX_HISTORY_BYTES = 256 * 1024;

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
    Post post = new Post(event, session.user(), Mentions.in(text));
    Optional<IdempotencyKey> key =
        message.id().map(id -> IdempotencyKey.of(session.user(), id, text));
    session.publish(message, membership, post, key, acknowledgement(session, message, roomName));
  }

  private static Session.Reply acknowledgement(Session session, Message message, String roomName) {
    return result -> {
      PublishResult stored = Requests.unlessConflict(result);
      if (message.id().isPresent()) {
        session.reply(message, Rooms.receipt(Event.of("ack").with("room", roomName), stored));
      }
    };
  }

  /** Handles {@code get_message_history}. */
  void history(Session session, Message message) {
    String roomName = Requests.roomName(message, "room");
    int limit = Requests.limit(message, historySize);
    long before = Requests.before(message);
    Room room = Requests.visibleRoom(session, roomName);
    Requests.membership(session, roomName);
    Session.History history = session.history(room, before, limit, MAX_HISTORY_BYTES);
    session.reply(message, describe(Event.of("message_history"), roomName, history));
  }

  /** Returns the event with a part of a room's log. */
  public static Event describe(Event event, String roomName, Session.History history) {
    return describe(event.with("room", roomName), history);
  }

  /** Returns the event with a part of a log. */
  static Event describe(Event event, Session.History history) {
    Event described = Rooms.place(event.withList("messages", history.events()), history.top());
    return history.more() ? described.with("more", true) : described;
  }
}
