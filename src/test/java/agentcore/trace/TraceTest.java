package agentcore.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.process.ChildJvm;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import net.bytebuddy.agent.ByteBuddyAgent;
import org.junit.jupiter.api.Test;

/** The tour shows the way of a message as it is. */
class TraceTest {
  private static final Path TOUR = Path.of("src", "docs", "tour.md");
  private static final Pattern CALL = Pattern.compile("(?m)^ *[0-9]+ us  (\\w+) +(\\w+\\.\\w+)$");

  private static List<String> trace() throws URISyntaxException {
    Path agent =
        Path.of(ByteBuddyAgent.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-Xshare:off",
            "-javaagent:" + agent,
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            TracedServer.class.getName());
    try (ChildJvm server = ChildJvm.start(command, Map.of())) {
      assertEquals(0, server.awaitExit(), () -> "" + server.err());
      return server.out();
    }
  }

  private static List<String> calls(String trace) {
    return CALL.matcher(trace).results().map(call -> call.group(1) + " " + call.group(2)).toList();
  }

  @Test
  void tourShowsTheTraceOfARealMessage() throws Exception {
    List<String> lines = trace();
    lines.forEach(System.out::println);
    List<String> calls = calls(String.join("\n", lines));
    assertTrue(calls.size() >= Stops.ALL.size(), calls::toString);
    assertEquals(calls, calls(Files.readString(TOUR)));
  }
}
