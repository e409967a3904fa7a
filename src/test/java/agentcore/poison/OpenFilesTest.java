package agentcore.poison;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.process.ChildJvm;
import agentcore.testkit.process.Program;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server with a low limit of open files, and clients that use up all of them. */
class OpenFilesTest {
  private static final int FILES = 200;
  private static final Duration DEADLINE = Duration.ofSeconds(60);

  private static List<String> command(Path folder) {
    List<String> command = new ArrayList<>(List.of("sh", "-c", "ulimit -n $0; exec \"$@\""));
    command.add("" + FILES);
    command.addAll(
        Program.process(
                List.of(),
                List.of("--port=0", "--handshake-timeout=300", "--rate-limit-messages=0"))
            .command());
    command.replaceAll(word -> word.replace(Program.classes().toString(), jar(folder)));
    return command;
  }

  /** Packs the classes: a jar stays open, but each class in a folder is a file to open. */
  private static String jar(Path folder) {
    String jar = folder.resolve("agentcore.jar").toString();
    int code =
        ToolProvider.findFirst("jar")
            .orElseThrow()
            .run(System.out, System.err, "cf", jar, "-C", Program.classes().toString(), ".");
    assertEquals(0, code);
    return jar;
  }

  private static long lines(ChildJvm server, String part) {
    return server.err().stream().filter(line -> line.contains(part)).count();
  }

  @Test
  void lackOfFilesIsLoggedOnceAndItsEndOnce(@TempDir Path folder) {
    Program.assumeInProcess();
    List<RawClient> idle = new ArrayList<>();
    try (ChildJvm server = ChildJvm.start(command(folder), Map.of());
        HonestClient honest = new HonestClient(server.awaitPort(), "honest")) {
      int port = server.awaitPort();
      honest.ping();
      for (int i = 0; i < 2 * FILES; i++) {
        idle.add(RawClient.open(port));
      }
      Await.until("the log line", DEADLINE, () -> lines(server, "cannot accept") == 1);
      for (int i = 0; i < 100; i++) {
        honest.ping();
      }
      idle.forEach(RawClient::close);
      Await.until("the log line", DEADLINE, () -> lines(server, "accepts connections again") == 1);
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
