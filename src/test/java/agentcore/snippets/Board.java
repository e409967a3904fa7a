package agentcore.snippets;

import agentcore.core.backend.IdempotencyKey;
import agentcore.core.backend.Log.PublishResult;
import agentcore.core.backend.Room;
import agentcore.core.consumer.Consumer;
import agentcore.core.consumer.Handler;
import agentcore.core.consumer.Membership;
import agentcore.core.consumer.Session;
import agentcore.core.message.ClientException;
import agentcore.core.message.ErrorCode;
import agentcore.core.message.Event;
import agentcore.core.message.Message;
import java.util.Map;
import java.util.Optional;

/** A notice board: one room, which every connection enters, and one request. */
// @start region="consumer"
final class Board implements Consumer {
  private static final Room BOARD = new Room("board", "board", "", true);

  @Override
  public Map<String, Handler> handlers() {
    return Map.of("post", Board::post);
  }

  @Override
  public void connected(Session session) {
    session.directory().create(BOARD); // has no effect if the room exists
    Event joined = Event.of("joined").with("user", session.user());
    Event left = Event.of("left").with("user", session.user());
    session.enter(BOARD, left, joined, Optional.empty());
    session.send(Event.of("welcome"));
  }

  // @start region="handler"
  private static void post(Session session, Message message) {
    String text = message.data().string("text").orElse("");
    if (text.isEmpty()) {
      throw new ClientException(ErrorCode.VALIDATION_FAILED, "Text is required");
    }
    Membership board = session.membership("board").orElseThrow();
    Event event = Event.of("posted").with("user", session.user()).with("text", text);
    Optional<IdempotencyKey> key =
        message.id().map(id -> IdempotencyKey.of(session.user(), id, text));
    PublishResult result = session.publish(board, event, key); // in the log when this returns
    session.reply(message, Event.of("stored").with("seq", result.position().seq()));
  }

  // @end region="handler"
}
// @end
