package agentcore.core.backend.redis.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.core.backend.redis.link.Node;
import agentcore.core.backend.redis.link.RedisUrl;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.HostAndPort;

class TopologyTest {
  private static final Node ASKED = node("asked", 7001);

  private static Node node(String host, int port) {
    return new Node(new HostAndPort(host, port), RedisUrl.parse("redis://h").login());
  }

  private static List<Object> at(String host, long port) {
    return List.of(host.getBytes(StandardCharsets.UTF_8), port);
  }

  @Test
  void readsPrimariesReplicasAndTheSlotsThatNobodyHas() {
    Topology read =
        Topology.ofSlots(
            List.of(
                List.of(0L, 99L, at("a", 1), at("r", 2)),
                List.of(200L, 299L, at("b", 3), at("r", 2)),
                List.of(300L, 300L, at("a", 1))),
            ASKED);
    assertEquals(List.of(node("a", 1), node("b", 3)), read.primaries());
    assertEquals(List.of(node("r", 2)), read.replicas());
    assertEquals(201, read.covered());
    assertEquals(Optional.of(node("a", 1)), read.owner(99));
    assertEquals(Optional.empty(), read.owner(100));
    assertEquals(Optional.of(node("b", 3)), read.owner(250));
  }

  @Test
  void nodeWithoutAHostIsAtTheHostThatWasAsked() {
    for (String host : List.of("", "?")) {
      Topology read = Topology.ofSlots(List.of(List.of(0L, 9L, at(host, 7002))), ASKED);
      assertEquals(List.of(node("asked", 7002)), read.primaries());
    }
  }

  @Test
  void singlePrimaryHasAllSlots() {
    assertEquals(Topology.SLOTS, Topology.of(ASKED).covered());
  }
}
