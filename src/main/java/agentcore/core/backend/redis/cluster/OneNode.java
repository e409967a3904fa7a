package agentcore.core.backend.redis.cluster;

import agentcore.core.backend.redis.link.CommandLink;
import agentcore.core.backend.redis.link.Node;
import java.util.Collection;
import java.util.Optional;

/** One primary: the one to which the address leads. */
record OneNode(Node node) implements TopologySource {
  @Override
  public Optional<Topology> ask(Collection<CommandLink> links) {
    return Optional.of(Topology.of(node));
  }

  @Override
  public String kind() {
    return "one primary";
  }
}
