package agentcore.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.Tour;
import agentcore.testkit.process.ChildJvm;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import net.bytebuddy.agent.ByteBuddyAgent;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The tour shows the way of a message as it is. */
class TraceTest {
  private static final Path TOUR = Path.of("src", "docs", "tour.md");
  private static final Pattern CALL = Pattern.compile("(?m)^ *[0-9]+ us  (\\w+) +(\\w+\\.\\w+)$");

  private static final String TYPE = "type agentcore.";

  private static List<String> lines = List.of();

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

  @BeforeAll
  static void run() throws URISyntaxException {
    lines = trace();
  }

  @Test
  void tourShowsTheTraceOfARealMessage() throws IOException {
    lines.forEach(System.out::println); // for make trace
    List<String> calls = calls(String.join("\n", lines));
    assertTrue(calls.size() >= Stops.ALL.size(), calls::toString);
    assertEquals(calls, calls(Files.readString(TOUR)));
  }

  @Test
  void tourListsTheTypesThatRunForAMessage() throws IOException {
    Set<String> ran = new TreeSet<>();
    lines.stream().filter(line -> line.startsWith(TYPE)).forEach(ran::add);
    Set<String> listed = new TreeSet<>();
    Tour.typesOnTheWay().forEach(type -> listed.add(TYPE + type));
    assertEquals(String.join("\n", ran), String.join("\n", listed));
  }
}
