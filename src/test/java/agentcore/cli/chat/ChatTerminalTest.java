package agentcore.cli.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.RawClient;
import agentcore.testkit.TestServer;
import agentcore.testkit.process.FreePort;
import agentcore.testkit.process.Installed;
import agentcore.testkit.process.Program;
import agentcore.testkit.process.PseudoTerminal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The chat in a pseudo-terminal: what is typed, what is seen, and what is left behind. */
class ChatTerminalTest {
  private static final String FAMILY = "\ud83d\udc69\u200d\ud83d\udc67";
  private static final String LEFT = "\u001b[D";

  @TempDir private Path folder;

  @BeforeAll
  static void needsTerminal() {
    Installed.assume("script");
    Installed.assume("stty");
  }

  private static List<String> chat(int port) {
    return Program.process(
            List.of("-Djdk.console=java.base"),
            List.of("chat", "--url", "ws://127.0.0.1:" + port, "--user", "ann"))
        .command();
  }

  private PseudoTerminal terminal(int port, Map<String, String> environment) {
    return PseudoTerminal.start(folder, environment, 50, 12, chat(port));
  }

  private PseudoTerminal terminal(TestServer server) {
    PseudoTerminal terminal = terminal(server.port(), Map.of());
    terminal.awaitLast("You are ann, in lobby. /help lists the commands.", "lobby> |");
    return terminal;
  }

  private static RawClient bob(TestServer server) {
    RawClient bob = server.connect("bob");
    bob.nextJson("welcome");
    return bob;
  }

  private static void say(RawClient bob, String room, String json) {
    bob.send(
        """
        {"type":"chat_message","data":{"room":"%s","text":"%s"},"id":"%s"}"""
            .formatted(room, json, UUID.randomUUID()));
    bob.nextJson("ack");
  }

  private static void awaitSaid(RawClient bob, String text) {
    String said = "";
    while (!said.equals(text)) { // bob also receives what bob says
      said = bob.nextJson("chat_message").get("text").getAsString();
    }
  }

  @Test
  void lineStaysBelowWhatArrives() {
    try (TestServer server = TestServer.start();
        PseudoTerminal ann = terminal(server);
        RawClient bob = bob(server)) {
      ann.type("half a lime");
      ann.awaitLast("lobby> half a lime|");
      ann.type(LEFT + LEFT);
      ann.awaitLast("lobby> half a li|me");
      say(bob, "lobby", "hello");
      ann.await("the message", lines -> lines.get(lines.size() - 2).endsWith("[lobby] bob: hello"));
      ann.awaitLast("lobby> half a li|me");
      ann.type("\u001b[3~n\r");
      awaitSaid(bob, "half a line");
      ann.await("own", lines -> lines.get(lines.size() - 2).endsWith("[lobby] ann: half a line"));
      ann.awaitLast("lobby> |");
      assertTrue(
          ann.lines().stream().anyMatch(line -> line.matches("\\d\\d:\\d\\d \\[lobby] bob: hello")),
          ann.lines()::toString);
    }
  }

  @Test
  void wideAndCombinedCharactersAreEditedAsOne() {
    try (TestServer server = TestServer.start();
        PseudoTerminal ann = terminal(server);
        RawClient bob = bob(server)) {
      ann.type("\u6f22e\u0301" + FAMILY + "x");
      ann.awaitLast("lobby> \u6f22e\u0301" + FAMILY + "x|");
      ann.type(LEFT + "\u007f");
      ann.awaitLast("lobby> \u6f22e\u0301|x");
      ann.type("\u007f" + LEFT + "1");
      ann.awaitLast("lobby> 1|\u6f22x");
      ann.type("\u0005" + FAMILY + "\r");
      awaitSaid(bob, "1\u6f22x" + FAMILY);
    }
  }

  @Test
  void pastedTextIsOneMessage() {
    try (TestServer server = TestServer.start();
        PseudoTerminal ann = terminal(server);
        RawClient bob = bob(server)) {
      assertTrue(ann.isPasteBracketed());
      ann.type("see: \u001b[200~one\rtwo\r\u001b[201~");
      ann.awaitLast("lobby> see: one\u23cetwo\u23ce|");
      ann.type("\r");
      awaitSaid(bob, "see: one\ntwo");
    }
  }

  @Test
  void longLineIsWrappedAndFollowsTheWindow() {
    String text = "0123456789".repeat(9);
    try (TestServer server = TestServer.start();
        PseudoTerminal ann = terminal(server);
        RawClient bob = bob(server)) {
      ann.type(text);
      ann.awaitLast("lobby> " + text.substring(0, 43), text.substring(43) + "|");
      ann.resize(40);
      ann.awaitLast(
          "lobby> " + text.substring(0, 33), text.substring(33, 73), text.substring(73) + "|");
      say(bob, "lobby", "still here");
      ann.await("it", lines -> lines.get(lines.size() - 4).endsWith("[lobby] bob: still here"));
      ann.resize(60);
      ann.awaitLast("lobby> " + text.substring(0, 53), text.substring(53) + "|");
      ann.type("\u0001");
      ann.awaitLast("lobby> |" + text.substring(0, 53), text.substring(53));
      ann.type("\u000b");
      ann.awaitLast("lobby> |");
      assertEquals(
          1, ann.lines().stream().filter(line -> line.endsWith("bob: still here")).count());
    }
  }

  @Test
  void tabCompletesCommandsRoomsAndNames() {
    try (TestServer server = TestServer.start();
        RawClient bob = bob(server);
        PseudoTerminal ann = terminal(server)) {
      bob.nextJson("user_joined_room");
      ann.type("/jo\t");
      ann.awaitLast("lobby> /join |");
      ann.type("lo\t");
      ann.awaitLast("lobby> /join lobby|");
      ann.type("\u0015");
      ann.type("/rooms\r"); // when it is answered, the members of the room are asked for
      ann.awaitLine("created by system");
      ann.type("/unread\r");
      ann.awaitLine("you have read everything");
      ann.type("bo\t");
      ann.awaitLast("lobby> bob: |");
    }
  }

  @Test
  void promptListsWhatIsUnreadAndSwitchPrintsIt() {
    try (TestServer server = TestServer.start();
        RawClient bob = bob(server)) {
      bob.send("{\"type\":\"create_room\",\"data\":{\"room_name\":\"den\"}}");
      bob.nextJson("room_info");
      try (RawClient before = server.connect("ann")) {
        before.send("{\"type\":\"join_room\",\"data\":{\"room\":\"den\"}}");
        before.nextJson("room_info");
      }
      say(bob, "den", "one @ann");
      say(bob, "den", "two");
      try (PseudoTerminal ann = terminal(server.port(), Map.of())) {
        ann.awaitLast("lobby [den 2!]> |");
        say(bob, "den", "three");
        ann.awaitLast("lobby [den 3!]> |");
        ann.type("/switch\r");
        ann.awaitLine("bob: one @ann");
        ann.awaitLast("den> |");
        ann.type("/switch\r");
        ann.awaitLast("-- you have read everything", "den> |");
        ann.type("/switch lobby\r");
        ann.awaitLast("lobby> |");
        ann.type("/switch nowhere\r");
        ann.awaitLast("!! you are not in nowhere (/join nowhere)", "lobby> |");
      }
    }
  }

  @Test
  void textsOfOthersCannotSendSequences() {
    try (TestServer server = TestServer.start();
        PseudoTerminal ann = terminal(server);
        RawClient bob = bob(server)) {
      say(bob, "lobby", "\\u001b[2J\\u009b1A\\u0007\\r\\u202eabc\\u2066\\u0000\\b");
      ann.awaitLine("bob: \uFFFD[2J\uFFFD1A\uFFFD");
      ann.awaitLast("      \u2502 \uFFFDabc\uFFFD\uFFFD\uFFFD", "lobby> |");
      ann.type("\u001b[200~\u001b[2J\u202ex\u001b[201~");
      ann.awaitLast("lobby> [2J\uFFFDx|");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'\u0003', 0",
    "'\u0004', 0",
    "'/quit\r', 0",
    "'half\u0003\u0003', 0",
    "TERM, 143",
    "HUP, 129",
    "INT, 130"
  })
  void terminalIsRestoredOnEveryWayOut(String keysOrSignal, int code) {
    try (TestServer server = TestServer.start();
        PseudoTerminal ann = terminal(server)) {
      assertNotEquals(ann.modesBefore(), ann.modes());
      if (keysOrSignal.matches("[A-Z]+")) {
        ann.send(keysOrSignal);
      } else {
        ann.type(keysOrSignal);
      }
      assertEquals(code, ann.awaitExit());
      assertEquals(ann.modesBefore(), ann.modesAfter());
      assertFalse(ann.isPasteBracketed());
      ann.awaitLast("You are ann, in lobby. /help lists the commands.", "exit code " + code, "|");
    }
  }

  @Test
  void terminalIsRestoredWhenThereIsNoServer() {
    int port = FreePort.next();
    try (PseudoTerminal ann = terminal(port, Map.of())) {
      assertEquals(1, ann.awaitExit());
      assertEquals(ann.modesBefore(), ann.modesAfter());
      assertFalse(ann.isPasteBracketed());
    }
  }

  @Test
  void coloursRespectTheEnvironment() {
    try (TestServer server = TestServer.start();
        RawClient bob = bob(server);
        PseudoTerminal ann = terminal(server.port(), Map.of("NO_COLOR", "1"))) {
      ann.awaitLast("lobby> |");
      say(bob, "lobby", "plain");
      ann.awaitLine("[lobby] bob: plain");
      assertFalse(ann.wasStyled());
    }
  }

  @Test
  void dumbTerminalIsLeftAsItIs() {
    try (TestServer server = TestServer.start();
        RawClient bob = bob(server);
        PseudoTerminal ann = terminal(server.port(), Map.of("TERM", "dumb"))) {
      ann.awaitLine("lobby> |");
      assertEquals(ann.modesBefore(), ann.modes());
      assertFalse(ann.wasStyled());
      ann.type("hi\r");
      awaitSaid(bob, "hi");
      ann.type("\u0004");
      assertEquals(0, ann.awaitExit());
    }
  }

  @Test
  void suspendedChatRestoresTheTerminalAndContinues() {
    // a shell with job control: the terminal's own modes come back while the chat is stopped
    try (TestServer server = TestServer.start()) {
      List<String> command = new ArrayList<>();
      command.addAll(List.of("sh", "-mc", "\"$@\"; stty -g >stopped; echo stopped; fg >fg", "sh"));
      command.addAll(chat(server.port()));
      try (PseudoTerminal ann = PseudoTerminal.start(folder, Map.of(), 50, 12, command)) {
        ann.awaitLast("lobby> |");
        ann.type("draft\u001a");
        ann.await("stopped", lines -> lines.contains("stopped"));
        ann.awaitLast("stopped", "lobby> draft|");
        ann.type("\u0003\u0003");
        assertEquals(0, ann.awaitExit());
        assertEquals(ann.modesBefore(), ann.modesAfter());
        assertEquals(ann.modesBefore(), ann.file("stopped"));
      }
    }
  }
}
