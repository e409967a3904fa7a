package agentcore.core.consumer;

import java.util.Map;

/**
 * What a server does with its connections: the dispatch map of its message types, and what happens
 * at their beginning and end.
 *
 * <p>One consumer serves all connections, many threads at once; what belongs to one connection is
 * in its {@link Session}.
 */
public interface Consumer {
  /** Lists the handlers by message type. Asked once, at the start. */
  Map<String, Handler> handlers();

  /** Greets a connection. What it sends here precedes every event. */
  default void connected(Session session) {}

  /** Hears that a connection has ended, before it leaves its rooms. It cannot be sent to. */
  default void disconnected(Session session) {}

  /** Makes a consumer of one message type. */
  static Consumer of(String type, Handler handler) {
    Map<String, Handler> handlers = Map.of(type, handler);
    return () -> handlers;
  }
}
