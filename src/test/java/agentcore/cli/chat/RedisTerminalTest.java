package agentcore.cli.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.RedisProcess;
import agentcore.testkit.process.ChildJvm;
import agentcore.testkit.process.ServerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The chat as a person uses it: at a terminal, here a pseudo-terminal of util-linux's script. */
class RedisTerminalTest {
  private static boolean hasScript() {
    try {
      Process script =
          new ProcessBuilder("script", "-qec", "test -t 0 && echo terminal", "/dev/null").start();
      script.getOutputStream().close();
      String output = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return script.waitFor() == 0 && output.contains("terminal");
    } catch (IOException notThere) {
      return false;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static ChildJvm terminal(int port) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String chat =
        "exec '%s' -Djdk.console=java.base -cp '%s' agentcore.Main chat --url ws://127.0.0.1:%d --user ann"
            .formatted(java, System.getProperty("java.class.path"), port);
    return ChildJvm.start(List.of("script", "-qec", chat, "/dev/null"), Map.of("TERM", "xterm"));
  }

  /** Returns the lines on the screen, without what moves the cursor or makes bold. */
  private static List<String> screen(ChildJvm terminal) {
    return terminal.out().stream()
        .map(line -> line.replaceAll("\u001b\\[[0-9]*\\w|\r", ""))
        .toList();
  }

  private static void awaitOn(ChildJvm terminal, String line) {
    Await.until(line, () -> screen(terminal).stream().anyMatch(l -> l.contains(line)));
  }

  private static void say(RawClient bob, String room, String text) {
    bob.send(
        """
        {"type":"chat_message","data":{"room":"%s","text":"%s"},"id":"%s"}"""
            .formatted(room, text, text));
    bob.nextJson("ack");
  }

  private static void sayInBoth(RawClient bob, int from, int to) {
    for (int i = from; i < to; i++) {
      say(bob, "lobby", "l" + i);
      say(bob, "den", "d" + i);
    }
  }

  private static List<String> said(ChildJvm terminal, String room) {
    return screen(terminal).stream()
        .filter(line -> line.contains("[" + room + "] "))
        .map(line -> line.substring(line.indexOf('[')))
        .toList();
  }

  @Test
  void killedServerCausesNeitherGapsNorDuplicates() {
    assumeTrue(hasScript(), "this test needs script of util-linux for a pseudo-terminal");
    try (RedisProcess redis = RedisProcess.start()) {
      Map<String, String> settings =
          Map.of("BACKEND_TYPE", "redis", "REDIS_URL", redis.url(), "RATE_LIMIT_MESSAGES", "0");
      try (ServerProcess first = ServerProcess.start(settings);
          ServerProcess other = ServerProcess.start(settings);
          RawClient bob = other.connect("bob");
          ChildJvm ann = terminal(first.port())) {
        bob.nextJson("welcome");
        awaitOn(ann, "You are ann, in lobby.");
        ann.type("/create den");
        awaitOn(ann, "den: 1 member, created by ann");
        bob.send("{\"type\":\"join_room\",\"data\":{\"room\":\"den\"}}");
        bob.nextJson("room_info");
        sayInBoth(bob, 0, 3);
        ann.type("before");
        awaitOn(ann, "[den] ann: before");

        first.kill();
        awaitOn(ann, "connection lost");
        sayInBoth(bob, 3, 6);
        ann.type("meanwhile");
        Map<String, String> samePort = new HashMap<>(settings);
        samePort.put("PORT", "" + first.port());
        try (ServerProcess again = ServerProcess.start(samePort)) {
          assertTrue(again.isAlive());
          awaitOn(ann, "[den] ann: meanwhile");
          sayInBoth(bob, 6, 9);
          awaitOn(ann, "bob: l8");
          awaitOn(ann, "bob: d8");
          ann.type("/quit");
          assertEquals(0, ann.awaitExit());
        }
        assertEquals(
            List.of("l0", "l1", "l2", "l3", "l4", "l5", "l6", "l7", "l8").stream()
                .map(text -> "[lobby] bob: " + text)
                .toList(),
            said(ann, "lobby"));
        List<String> den =
            said(ann, "den").stream().map(line -> line.replaceFirst(".*: ", "")).toList();
        assertEquals(
            List.of("d0", "d1", "d2", "before", "d3", "d4", "d5", "meanwhile", "d6", "d7", "d8"),
            den);
        assertTrue(screen(ann).stream().noneMatch(line -> line.contains("may be missing")));
        assertTrue(ann.out().stream().anyMatch(line -> line.contains("\u001b[1mbob\u001b[0m")));
      }
    }
  }
}
