package agentcore.core.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.core.message.Names;
import agentcore.core.metrics.Metrics;
import agentcore.testkit.Connections;
import agentcore.testkit.RecordingSocket;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ConnectionRegistryTest {
  private final ConnectionRegistry registry =
      new ConnectionRegistry(Connections.LIMITS, new Metrics());

  @Test
  void channelNamesAreUniqueAndContainTheUser() {
    Set<String> channels = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      channels.add(registry.create("älice b", new RecordingSocket()).channel());
    }
    assertEquals(1000, channels.size());
    for (String channel : channels) {
      assertEquals(Optional.of("älice b"), Names.userOf(channel));
    }
    assertEquals(Optional.empty(), Names.userOf("alice"));
  }
}
