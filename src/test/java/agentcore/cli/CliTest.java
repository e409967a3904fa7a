package agentcore.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.Setting;
import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.logging.LogManager;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CliTest {
  private static final Pattern LISTENING =
      Pattern.compile("AgentCore listening on ws://127\\.0\\.0\\.1:(\\d+)/ws/\\{user_id}\\R");

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Map<String, String> environment = new HashMap<>();

  @TempDir private Path folder;

  /** The server configures logging for the whole process. */
  @AfterEach
  void restoreLogging() throws IOException {
    LogManager.getLogManager().readConfiguration();
    System.clearProperty("agentcore.home");
    System.clearProperty("slf4j.provider");
    System.clearProperty("slf4j.internal.verbosity");
  }

  private int run(String... args) {
    return new Cli(stream(out), stream(err), environment).run(args);
  }

  private static PrintStream stream(ByteArrayOutputStream to) {
    return new PrintStream(to, true, StandardCharsets.UTF_8);
  }

  private String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  private String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"help", "--help", "serve --help", "serve --port 1 --help"})
  void helpNamesEverySettingWithItsDefault(String args) {
    assertEquals(0, run(args.split(" ")));
    for (Setting setting : Setting.values()) {
      assertTrue(out().contains("  " + setting.flag() + " "), setting.flag());
      assertTrue(out().contains(setting.description()), setting.flag());
      assertTrue(out().contains(setting.defaultValue()), setting.flag());
    }
    assertTrue(out().contains("Exit codes: 0 "));
    assertEquals("", err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"version", "--version"})
  void theVersionIsThatOfTheBuild(String arg) {
    assertEquals(0, run(arg));
    assertTrue(out().matches("agentcore \\d+\\.\\d+\\.\\d+.*\\R"), out());
    assertEquals("", err());
  }

  @Test
  void anUnknownCommandIsAUsageError() {
    assertEquals(2, run("server"));
    assertEquals("", out());
    assertTrue(err().contains("no such command: server"), err());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"--prot 1", "serve --prot=1", "-p 1", "serve extra", "--port", "serve --config"})
  void aBadFlagIsAUsageError(String args) {
    assertEquals(2, run(args.split(" ")));
    assertEquals("", out());
    assertTrue(err().startsWith("agentcore: "), err());
    assertTrue(err().contains("see agentcore help"), err());
  }

  @Test
  void everyBadValueIsNamed() throws IOException {
    Path file = Files.writeString(folder.resolve("my.properties"), "MAX_ROOMS=0\nNONSENSE=1\n");
    environment.put("LOG_LEVEL", "loud");
    assertEquals(2, run("serve", "--config", file.toString(), "--port=x"));
    assertEquals("", out());
    List<String> lines = err().lines().toList();
    assertEquals(4, lines.size(), err());
    for (String name : List.of("MAX_ROOMS=0", "NONSENSE", "LOG_LEVEL=loud", "PORT=x")) {
      assertEquals(1, lines.stream().filter(line -> line.contains(name)).count(), name);
    }
    assertTrue(lines.stream().allMatch(line -> line.startsWith("agentcore: ")));
  }

  @Test
  void aFileThatIsNotThereIsAUsageError() {
    assertEquals(2, run("--config", folder.resolve("none").toString()));
    assertTrue(err().contains("cannot read "), err());
  }

  @Test
  void aPortInUseIsAFailure() throws IOException {
    try (ServerSocket used = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = "" + used.getLocalPort();
      assertEquals(1, run("--port", port));
      assertEquals("", out());
      assertTrue(err().contains("agentcore: cannot listen on 127.0.0.1:" + port + ": "), err());
      assertFalse(err().contains("\tat "), "no stack");
    }
  }

  @Test
  void anAddressThatIsNotOursIsAFailure() {
    assertEquals(1, run("--port", "0", "--host", "192.0.2.1"));
    assertTrue(err().contains("cannot listen on 192.0.2.1:0"), err());
  }

  private int awaitPort() {
    Await.until("the line that says where it listens", () -> LISTENING.matcher(out()).matches());
    Matcher line = LISTENING.matcher(out());
    assertTrue(line.matches());
    return Integer.parseInt(line.group(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"serve", ""})
  void itServesUntilItIsInterruptedAndThatIsASuccess(String command) throws Exception {
    environment.put("PORT", "0");
    CompletableFuture<Integer> code = new CompletableFuture<>();
    Thread server =
        Thread.ofPlatform().start(() -> code.complete(command.isEmpty() ? run() : run(command)));
    try (RawClient alice = RawClient.connect(awaitPort(), RawClient.path("alice"))) {
      alice.nextJson("welcome");
      server.interrupt();
      assertEquals(1001, alice.awaitClose().code());
    }
    server.join();
    assertEquals(0, code.join());
    assertEquals("", err());
  }

  @Test
  void theFileBesideTheProgramIsReadIfNoOtherIsNamed() throws Exception {
    System.setProperty("agentcore.home", folder.toString());
    Files.writeString(folder.resolve("config.properties"), "PORT=0\nDEFAULT_ROOM=foyer\n");
    CompletableFuture<Integer> code = new CompletableFuture<>();
    Thread server = Thread.ofPlatform().start(() -> code.complete(run()));
    try (RawClient alice = RawClient.connect(awaitPort(), RawClient.path("alice"))) {
      assertEquals(
          "foyer", alice.nextJson("welcome").get("rooms").getAsJsonArray().get(0).getAsString());
    }
    server.interrupt();
    server.join();
    assertEquals(0, code.join());
  }
}
