package agentcore.core.consumer;

import agentcore.core.backend.Room;
import agentcore.core.message.CloseCode;
import agentcore.core.message.ErrorCode;
import agentcore.core.message.Event;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Defines what an endpoint does: its handlers by message type, and what happens when a connection
 * begins and ends.
 *
 * <p>Threads: one consumer serves all connections, on many threads at once. What belongs to one
 * connection is in its {@link Session}.
 *
 * {@snippet file="Board.java" region="consumer"}
 */
public interface Consumer {
  /** Returns the handlers by message type. Called once, when the server starts. */
  Map<String, Handler> handlers();

  /**
   * Called when a connection has been accepted, on its reader thread. Events sent here precede all
   * others. To refuse the client, send it an event that says why, and close the session with a code
   * of your own. An exception is logged as a defect and closes the connection with 1011; a {@link
   * agentcore.core.backend.BackendException} closes it with 1013.
   */
  default void connected(Session session) {}

  /**
   * Called when a connection has ended, before it leaves its rooms, on its reader thread. Events
   * can no longer be sent to it. Exceptions are logged.
   */
  default void disconnected(Session session) {}

  /**
   * Returns an event for this endpoint's members of a room after hints from the backend were lost,
   * such as who joined or left; entries of the log are not lost. Called only for rooms with members
   * on this endpoint and server. May block. Exceptions are logged.
   *
   * @param members the number of members of the room on all endpoints and servers
   * @return empty to send nothing
   */
  default Optional<Event> afterLoss(Room room, int members) {
    return Optional.empty();
  }

  /**
   * Returns the message types that do not count for the rate limit, because clients send them by
   * themselves, such as pings. Together they have a limit of their own, ten a second for each user;
   * messages beyond it are discarded silently. A type that one consumer lists is cheap on all
   * endpoints of the server. Called once, when the server starts.
   */
  default Set<String> cheapTypes() {
    return Set.of();
  }

  /**
   * Returns the consumer's own error codes. The metrics count each by its name, and all codes that
   * neither the library nor a consumer lists as {@code other}. Called once, when the server starts.
   */
  default List<ErrorCode> errorCodes() {
    return List.of();
  }

  /** Returns the consumer's own close codes, for the metrics as {@link #errorCodes}. */
  default List<CloseCode> closeCodes() {
    return List.of();
  }

  /**
   * Returns a consumer that is this one and then another: {@code connected} of this one runs first,
   * and {@code disconnected} last.
   *
   * @throws IllegalArgumentException if both have a handler for the same type
   */
  default Consumer andThen(Consumer next) {
    Set<String> both = new TreeSet<>(handlers().keySet());
    both.retainAll(next.handlers().keySet());
    if (!both.isEmpty()) {
      throw new IllegalArgumentException("both consumers handle " + both);
    }
    return new ConsumerPair(this, next);
  }

  /**
   * Returns this consumer with one more handler. It replaces the handler that this consumer has for
   * the type, if there is one; so it can check a request and then call the handler that it
   * replaces.
   *
   * {@snippet file="Bots.java" region="claim"}
   */
  default Consumer with(String type, Handler handler) {
    return new ConsumerPair(this, of(type, handler));
  }

  /** Returns a consumer that handles one message type. */
  static Consumer of(String type, Handler handler) {
    Map<String, Handler> handlers = Map.of(type, handler);
    return () -> handlers;
  }
}
