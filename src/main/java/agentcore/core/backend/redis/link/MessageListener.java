package agentcore.core.backend.redis.link;

/** Receives the messages of a {@link PubSubLink}, on its reading thread. Must not block. */
public interface MessageListener {
  /** A message has arrived. */
  void received(String channel, String message);

  /** Ends a batch: messages have arrived on this channel since its last flush. */
  void flush(String channel);

  /** Messages on this channel may have been lost; from now on they arrive again. */
  void missed(String channel);
}
