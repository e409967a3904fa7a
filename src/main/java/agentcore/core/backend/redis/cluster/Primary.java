package agentcore.core.backend.redis.cluster;

import agentcore.core.backend.redis.link.CommandLink;
import agentcore.core.backend.redis.link.Health;
import agentcore.core.backend.redis.link.Node;
import agentcore.core.backend.redis.link.PubSubLink;

/**
 * One primary.
 *
 * @param health its current failures
 * @param commands the connection for commands
 * @param messages the connection for messages, which does not connect before the primary has a slot
 *     in which this server could have a probe channel
 */
public record Primary(Health health, CommandLink commands, PubSubLink messages)
    implements AutoCloseable {
  /** Returns the node. */
  public Node node() {
    return commands.node();
  }

  /** Closes both connections. Idempotent. */
  @Override
  public void close() {
    try (commands) {
      messages.close();
    }
  }

  @Override
  public String toString() {
    return node().toString();
  }
}
