package agentcore.poison;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.Await;
import agentcore.testkit.ChildJvm;
import agentcore.testkit.Program;
import agentcore.testkit.RawClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A server that may open few files, and clients that take all of them. */
class OpenFilesTest {
  private static final int FILES = 200;
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  private static List<String> command() {
    List<String> command = new ArrayList<>(List.of("sh", "-c", "ulimit -n $0; exec \"$@\""));
    command.add("" + FILES);
    command.addAll(
        Program.process(
                List.of(),
                List.of("--port=0", "--handshake-timeout=300", "--rate-limit-messages=0"))
            .command());
    return command;
  }

  private static long lines(ChildJvm server, String part) {
    return server.err().stream().filter(line -> line.contains(part)).count();
  }

  @Test
  void itSaysOnceThatItCannotAcceptAndOnceThatItCanAgain() {
    Program.needsToSeeTheInside();
    List<RawClient> idle = new ArrayList<>();
    try (ChildJvm server = ChildJvm.start(command(), Map.of());
        HonestClient honest = new HonestClient(server.awaitPort(), "honest")) {
      int port = server.awaitPort();
      honest.ping(); // a class that is loaded from a folder needs a file
      for (int i = 0; i < 2 * FILES; i++) {
        idle.add(RawClient.open(port));
      }
      Await.until("it says so", DEADLINE, () -> lines(server, "cannot accept") == 1);
      for (int i = 0; i < 100; i++) {
        honest.ping();
      }
      idle.forEach(RawClient::close);
      Await.until("it says so", DEADLINE, () -> lines(server, "accepts connections again") == 1);
      try (HonestClient late = new HonestClient(port, "late")) {
        late.ping();
      }
      assertEquals(1, lines(server, " WARNING "), server.err()::toString);
      assertEquals(1, lines(server, "cannot accept"));
      assertEquals(1, lines(server, "accepts connections again"));
      assertTrue(server.isAlive());
    }
  }
}
