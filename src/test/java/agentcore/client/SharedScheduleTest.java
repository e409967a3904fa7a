package agentcore.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import agentcore.testkit.TestServer;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tests of the JavaScript client, driving the Java client. Skipped without Node. */
class SharedScheduleTest {
  private static final Path CLIENTS = Path.of("src", "test", "resources", "clients");
  private static final Path STATES = Path.of("src", "docs", "client.md").toAbsolutePath();

  @TempDir private Path folder;

  @Test
  void everyRowOfStateTablesHolds() throws Exception {
    assertSucceeds("states.mjs", STATES.toString());
  }

  /** The arguments are the first seed and the number of schedules. */
  @Test
  void randomSchedulesLoseNothingAndSettleEveryMessage() throws Exception {
    assertSucceeds("schedules.mjs", "1", "500");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1651", "3170", "4940", "5210"})
  void schedulesThatFailedBeforeLoseNothing(String seed) throws Exception {
    assertSucceeds("schedules.mjs", seed, "1");
  }

  @Test
  void randomScheduleOnRealServerLosesNothing() throws Exception {
    Map<String, String> settings =
        Map.of(
            "RATE_LIMIT_MESSAGES", "1200",
            "RATE_LIMIT_BURST", "60",
            "MAX_CONNECTIONS_PER_CLIENT", "100");
    try (TestServer server = TestServer.start(settings)) {
      assertSucceeds("real-schedule.mjs", "ws://127.0.0.1:" + server.port(), "1", "150");
    }
  }

  @Test
  void devicesOfOneUserAgreeAfterARandomSchedule() throws Exception {
    try (TestServer server = TestServer.start(Map.of("RATE_LIMIT_MESSAGES", "0"))) {
      String url = "ws://127.0.0.1:" + server.port();
      assertSucceeds("agree.mjs", url, url, "1", "300");
    }
  }

  private void assertSucceeds(String script, String... arguments) throws Exception {
    try (Stream<Path> files = Files.list(CLIENTS)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".mjs")).toList()) {
        copy(file, file.getFileName().toString());
      }
    }
    copy(CLIENTS.resolve("java-client.mjs"), "agentcore-client.js");
    copy(Path.of("src", "client", "js", "agentcore-error.js"), "agentcore-error.js");
    Files.writeString(folder.resolve("package.json"), "{\"type\":\"module\"}");
    File printed = folder.resolve("printed").toFile();
    List<String> command =
        new ArrayList<>(List.of("node", "--no-warnings", "--experimental-websocket", script));
    command.addAll(List.of(arguments));
    assumeTrue(hasNode(), "Node with WebSocket is not installed");
    Process node =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectError(Redirect.to(printed))
            .start();
    try {
      new ClientBridge(node.inputReader(), node.outputWriter()).run();
      assertEquals(0, node.waitFor(), Files.readString(printed.toPath()));
    } finally {
      node.destroyForcibly();
    }
  }

  private void copy(Path file, String name) throws IOException {
    Files.copy(file, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
  }

  private static boolean hasNode() throws InterruptedException {
    try {
      return new ProcessBuilder("node", "--experimental-websocket", "--eval", "WebSocket.name")
              .start()
              .waitFor()
          == 0;
    } catch (IOException notThere) {
      return false;
    }
  }
}
