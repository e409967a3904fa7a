package agentcore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.Await;
import agentcore.testkit.ModulePath;
import agentcore.testkit.RawClient;
import agentcore.testkit.TestServer;
import agentcore.testkit.process.ChildJvm;
import com.google.gson.JsonObject;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The programs of src/dist/example, compiled and run as a module, which sees the exported packages
 * of the library and nothing else.
 */
class FrontDoorTest {
  private static final Path SOURCES = Path.of("src", "dist", "example", "src", "main", "java");
  private static final String PREFIX = "listening on port ";

  @TempDir private static Path classes;
  @TempDir private Path folder;

  @BeforeAll
  static void compileTheExamples() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      List<String> sources =
          files.map(Path::toString).filter(file -> file.endsWith(".java")).toList();
      assertEquals("", compile(classes, sources));
    }
  }

  /** Returns what the compiler prints: nothing if it succeeds. */
  private static String compile(Path to, List<String> sources) {
    List<String> args = new ArrayList<>();
    args.addAll(List.of("--release", "21", "-d", to.toString()));
    args.addAll(List.of("--module-path", ModulePath.ofAgentCore()));
    args.addAll(sources);
    StringWriter printed = new StringWriter();
    ToolProvider javac = ToolProvider.findFirst("javac").orElseThrow();
    int code =
        javac.run(new PrintWriter(printed), new PrintWriter(printed), args.toArray(String[]::new));
    assertEquals(code != 0, printed.toString().contains("error:"), printed.toString());
    return printed.toString();
  }

  private static ChildJvm run(String program, Map<String, String> environment) {
    return ChildJvm.start(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--module-path",
            classes + File.pathSeparator + ModulePath.ofAgentCore(),
            "--module",
            "example/example." + program),
        environment);
  }

  private static RawClient connect(ChildJvm server, String user) {
    Await.until(
        "it listens",
        () -> !server.isAlive() || server.out().stream().anyMatch(FrontDoorTest::isPort));
    assertTrue(server.isAlive(), () -> "it does not listen: " + server.err());
    String line = server.out().stream().filter(FrontDoorTest::isPort).findFirst().orElseThrow();
    int port = Integer.parseInt(line.substring(PREFIX.length()));
    return RawClient.connect(port, RawClient.path(user));
  }

  private static boolean isPort(String line) {
    return line.startsWith(PREFIX);
  }

  private static void assertError(String code, RawClient client, String request) {
    client.send(request);
    assertEquals(code, client.nextJson("error").get("error_code").getAsString());
  }

  @Test
  void echoAnswers() {
    try (ChildJvm server = run("Echo", Map.of("PORT", "0"));
        RawClient ann = connect(server, "ann")) {
      ann.send("{\"type\":\"echo\",\"id\":\"7\"}");
      assertEquals("7", ann.nextJson("echo").get("id").getAsString());
    }
  }

  @Test
  void boardsHaveErrorCodesAndRightsOfTheirOwn() {
    try (ChildJvm server = run("Boards", Map.of("PORT", "0"));
        RawClient ann = connect(server, "ann");
        RawClient bo = connect(server, "bo")) {
      String open = "{\"type\":\"open\",\"data\":{\"board\":\"news\"}}";
      String post = "{\"type\":\"post\",\"data\":{\"board\":\"news\",\"text\":\"hi\"}}";
      assertError("NO_SUCH_BOARD", ann, "{\"type\":\"open\",\"data\":{\"board\":\"x\"}}");
      assertError("NOT_OPEN", ann, post);
      bo.send(open);
      bo.nextJson("opened");
      ann.send(open);
      ann.nextJson("opened");
      assertError("READ_ONLY", bo, post);
      ann.send(post);
      JsonObject posted = bo.nextJson("posted");
      assertEquals("ann", posted.get("user").getAsString());
      assertEquals(1, posted.get("seq").getAsInt());
    }
  }

  @Test
  void botInTheProcessAnswersInTheRoom() {
    try (ChildJvm server = run("DiceBot", Map.of("PORT", "0"));
        RawClient ann = connect(server, "ann")) {
      ann.nextJson("welcome");
      ann.send("{\"type\":\"say\",\"data\":{\"text\":\"/roll\"}}");
      assertEquals("/roll", ann.nextJson("said").get("text").getAsString());
      JsonObject answer = ann.nextJson("said");
      assertEquals("dice bot", answer.get("user").getAsString());
      assertTrue(answer.get("text").getAsString().matches("ann rolled [1-6]"), answer::toString);
    }
  }

  @Test
  void plainThreadPublishesIntoARoom() {
    try (ChildJvm server = run("Ticker", Map.of("PORT", "0", "TICK_INTERVAL", "0.1"));
        RawClient ann = connect(server, "ann")) {
      long first = ann.nextJson("tick").get("number").getAsLong();
      try (RawClient bo = connect(server, "bo")) {
        bo.nextJson("tick");
        ann.closeAbruptly();
        long seen = bo.nextJson("tick").get("number").getAsLong();
        assertTrue(seen > first, seen + " > " + first);
        assertEquals(seen + 1, bo.nextJson("tick").get("number").getAsLong());
      }
    }
  }

  @Test
  void clientGreetsThroughAnotherServer() {
    try (TestServer server = TestServer.start();
        ChildJvm greeter = run("Greeter", Map.of("CHAT_URL", "ws://127.0.0.1:" + server.port()));
        RawClient ann = server.connect("ann")) {
      Await.until(
          "the greeter to be in the room",
          () -> greeter.out().contains("in [lobby, hall]") || !greeter.isAlive());
      assertTrue(greeter.isAlive(), () -> String.join("\n", greeter.err()));
      ann.send("{\"type\":\"join_room\",\"data\":{\"room\":\"hall\"}}");
      assertEquals("Hello, ann!", ann.nextJson("chat_message").get("text").getAsString());
      Await.until("the ack", () -> greeter.out().contains("stored 1"));
    }
  }

  @Test
  void internalPackagesCannotBeImported() throws IOException {
    Files.writeString(folder.resolve("module-info.java"), "module nosy { requires agentcore; }");
    Path nosy = folder.resolve("nosy").resolve("Nosy.java");
    Files.createDirectories(nosy.getParent());
    String code = "package nosy; class Nosy { agentcore.core.metrics.Metrics metrics; }";
    Files.writeString(nosy, code);
    List<String> sources = List.of(folder.resolve("module-info.java").toString(), nosy.toString());
    String printed = compile(folder.resolve("classes"), sources);
    assertTrue(printed.contains("package agentcore.core.metrics is not visible"), printed);
  }
}
