package agentcore.core.consumer;

import agentcore.core.backend.Room;
import agentcore.core.message.CloseCode;
import agentcore.core.message.ErrorCode;
import agentcore.core.message.Event;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a server does with its connections: the dispatch map of its message types, and what happens
 * at their beginning and end.
 *
 * <p>One consumer serves all connections, many threads at once; what belongs to one connection is
 * in its {@link Session}.
 *
 * {@snippet file="Board.java" region="consumer"}
 */
public interface Consumer {
  /** Lists the handlers by message type. Asked once, at the start. */
  Map<String, Handler> handlers();

  /** Greets a connection. What it sends here precedes every event. */
  default void connected(Session session) {}

  /** Hears that a connection has ended, before it leaves its rooms. It cannot be sent to. */
  default void disconnected(Session session) {}

  /**
   * Returns what this endpoint's members of a room are told after news from the store was lost on
   * the way, such as who came and went. What the log keeps they have got already. Called only for
   * rooms in which this endpoint has members on this server, on a thread that may block.
   *
   * @param members how many members the room has, over all endpoints and servers
   */
  default Optional<Event> afterLoss(Room room, int members) {
    return Optional.empty();
  }

  /**
   * Lists the consumer's own error codes, so that the metrics count each by its name; codes that
   * neither the library nor a consumer lists are counted as {@code other}. Called once, at start.
   */
  default List<ErrorCode> errorCodes() {
    return List.of();
  }

  /** Lists the consumer's own close codes, as {@link #errorCodes} does. Called once, at start. */
  default List<CloseCode> closeCodes() {
    return List.of();
  }

  /** Makes a consumer of one message type. */
  static Consumer of(String type, Handler handler) {
    Map<String, Handler> handlers = Map.of(type, handler);
    return () -> handlers;
  }
}
