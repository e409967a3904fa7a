package agentcore.core.backend.redis.cluster;

import agentcore.core.backend.redis.link.CommandLink;
import agentcore.core.backend.redis.link.Health;
import agentcore.core.backend.redis.link.Node;
import agentcore.core.backend.redis.link.PubSubLink;
import java.util.Optional;

/** One primary: the connection for commands, the one for messages, and its health. */
public final class Primary implements AutoCloseable {
  private final Health health;
  private final CommandLink commands;

  /** Empty while the primary has no slot in which this server could have a probe channel. */
  private volatile Optional<PubSubLink> messages = Optional.empty();

  Primary(Health health, CommandLink commands) {
    this.health = health;
    this.commands = commands;
  }

  /** Returns the node. */
  public Node node() {
    return commands.node();
  }

  /** Returns its current failures. */
  public Health health() {
    return health;
  }

  /** Returns the connection for commands. */
  public CommandLink commands() {
    return commands;
  }

  /** Returns the connection for messages. */
  public Optional<PubSubLink> messages() {
    return messages;
  }

  void messages(PubSubLink link) {
    messages = Optional.of(link);
  }

  /** Closes both connections. Idempotent. */
  @Override
  public void close() {
    try (commands) {
      messages.ifPresent(PubSubLink::close);
    }
  }

  @Override
  public String toString() {
    return node().toString();
  }
}
