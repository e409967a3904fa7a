package agentcore.cli.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.RawClient;
import agentcore.testkit.RedisProcess;
import agentcore.testkit.process.Installed;
import agentcore.testkit.process.Program;
import agentcore.testkit.process.PseudoTerminal;
import agentcore.testkit.process.ServerProcess;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The chat as a person uses it: at a terminal. */
class RedisTerminalTest {
  @TempDir private Path folder;

  private PseudoTerminal terminal(int port) {
    List<String> command =
        Program.process(
                List.of("-Djdk.console=java.base"),
                List.of("chat", "--url", "ws://127.0.0.1:" + port, "--user", "ann"))
            .command();
    return PseudoTerminal.start(folder, Map.of(), 80, 24, command);
  }

  private static void awaitOn(PseudoTerminal terminal, String line) {
    terminal.await(line, lines -> lines.stream().anyMatch(l -> l.contains(line)));
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

  private static List<String> said(PseudoTerminal terminal, String room) {
    return terminal.lines().stream()
        .filter(line -> line.contains("[" + room + "] "))
        .map(line -> line.substring(line.indexOf('[')))
        .toList();
  }

  @Test
  void killedServerCausesNeitherGapsNorDuplicates() {
    Installed.assume("script");
    try (RedisProcess redis = RedisProcess.start()) {
      Map<String, String> settings =
          Map.of("BACKEND_TYPE", "redis", "REDIS_URL", redis.url(), "RATE_LIMIT_MESSAGES", "0");
      try (ServerProcess first = ServerProcess.start(settings);
          ServerProcess other = ServerProcess.start(settings);
          RawClient bob = other.connect("bob");
          PseudoTerminal ann = terminal(first.port())) {
        bob.nextJson("welcome");
        awaitOn(ann, "You are ann, in lobby.");
        ann.type("/create den\r");
        awaitOn(ann, "den: 1 member, created by ann");
        bob.send("{\"type\":\"join_room\",\"data\":{\"room\":\"den\"}}");
        bob.nextJson("room_info");
        sayInBoth(bob, 0, 3);
        ann.type("before\r");
        awaitOn(ann, "[den] ann: before");

        first.kill();
        awaitOn(ann, "connection lost");
        sayInBoth(bob, 3, 6);
        ann.type("meanwhile\r");
        Map<String, String> samePort = new HashMap<>(settings);
        samePort.put("PORT", "" + first.port());
        try (ServerProcess again = ServerProcess.start(samePort)) {
          assertTrue(again.isAlive());
          awaitOn(ann, "[den] ann: meanwhile");
          sayInBoth(bob, 6, 9);
          awaitOn(ann, "bob: l8");
          awaitOn(ann, "bob: d8");
          ann.type("/quit\r");
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
        assertTrue(ann.lines().stream().noneMatch(line -> line.contains("may be missing")));
        assertTrue(ann.wasStyled());
      }
    }
  }
}
