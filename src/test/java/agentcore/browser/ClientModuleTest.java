package agentcore.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.message.Names;
import agentcore.docs.Block;
import agentcore.example.Mentions;
import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.RedisProcess;
import agentcore.testkit.TestServer;
import agentcore.testkit.network.FaultProxy;
import agentcore.testkit.network.FaultProxy.Direction;
import agentcore.testkit.process.ServerProcess;
import com.google.gson.Gson;
import com.google.gson.JsonElement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The page's client library in Node, over a faulty network link. */
class ClientModuleTest {
  private static final Path PAGE = Path.of("src", "docs", "client.md");
  private static final Path SCRIPT = Path.of("src", "test", "resources", "clients", "resume.mjs");

  @TempDir private Path folder;
  private TestServer server;
  private FaultProxy proxy;

  @BeforeEach
  void start() {
    server = TestServer.start(Map.of("RATE_LIMIT_MESSAGES", "0"));
    proxy = FaultProxy.to(server.port());
  }

  @AfterEach
  void stop() {
    proxy.close();
    server.close();
  }

  private NodeScript alice() throws IOException {
    String address = "ws://127.0.0.1:" + proxy.port();
    NodeScript alice = NodeScript.run(folder, Files.readString(SCRIPT), NodeScript.CLIENT, address);
    alice.await("ready");
    return alice;
  }

  /** Connects bob, who is in both rooms, without the proxy. */
  private RawClient bob() {
    RawClient bob = server.connect("bob");
    bob.nextJson("welcome");
    bob.send("{\"type\":\"join_room\",\"data\":{\"room\":\"den\"}}");
    bob.nextJson("room_info");
    return bob;
  }

  private static void say(RawClient bob, String room, String text) {
    bob.send(
        "{\"type\":\"chat_message\",\"data\":{\"room\":\"%s\",\"text\":\"%s\"}}"
            .formatted(room, text));
    while (!bob.nextJson("chat_message").get("text").getAsString().equals(text)) {
      // wait until the server has stored it
    }
  }

  private static List<String> messages(NodeScript alice, String room) {
    String begin = "message " + room + " ";
    return alice.lines().stream()
        .filter(line -> line.startsWith(begin))
        .map(line -> line.substring(begin.length()))
        .toList();
  }

  private static boolean isWhole(NodeScript alice) {
    return alice.lines().stream().noneMatch(line -> line.matches("(gap|lost|failed) .*"));
  }

  @Test
  void deliversMissedAndPendingMessagesOnceAndInOrderAfterCut() throws IOException {
    try (NodeScript alice = alice();
        RawClient bob = bob()) {
      say(bob, "lobby", "one");
      say(bob, "den", "two");
      alice.await("message den two");
      proxy.cut();
      alice.await("waiting");
      say(bob, "lobby", "three");
      say(bob, "den", "four");
      for (String text : List.of("five", "six", "seven")) {
        alice.sendLine("say den " + text);
      }
      proxy.heal();
      alice.await("ack seven false");
      say(bob, "lobby", "eight");
      alice.await("message lobby eight");
      assertEquals(List.of("one", "three", "eight"), messages(alice, "lobby"));
      assertEquals(List.of("two", "four", "five", "six", "seven"), messages(alice, "den"));
      assertTrue(isWhole(alice), alice.lines()::toString);
    }
  }

  @Test
  void resendsMessageWithLostAckAndItIsStoredOnce() throws IOException {
    try (NodeScript alice = alice();
        RawClient bob = bob()) {
      proxy.stall(Direction.TO_CLIENT);
      alice.sendLine("say den only once");
      assertEquals("only once", bob.nextJson("chat_message").get("text").getAsString());
      proxy.reset();
      proxy.heal();
      alice.await("ack only once true");
      alice.await("message den only once");
      say(bob, "den", "the next");
      alice.await("message den the next");
      assertEquals(List.of("only once", "the next"), messages(alice, "den"));
      assertTrue(isWhole(alice), alice.lines()::toString);
    }
  }

  private static void tell(RawClient bob, String text) {
    bob.send(
        "{\"type\":\"private_message\",\"data\":{\"target_user_id\":\"alice\",\"text\":\"%s\"}}"
            .formatted(text));
    assertEquals(text, bob.nextJson("private_message_sent").get("text").getAsString());
  }

  @Test
  void privateMessagesMissedAndPendingAreDeliveredOnceAndInOrderAfterCut() throws IOException {
    try (NodeScript alice = alice();
        RawClient bob = bob()) {
      proxy.cut(); // before the first entry of her log
      alice.await("waiting");
      tell(bob, "one");
      tell(bob, "two");
      alice.sendLine("tell bob three");
      alice.sendLine("tell bob four");
      proxy.heal();
      alice.await("sent four false");
      proxy.stall(Direction.TO_CLIENT);
      alice.sendLine("tell bob five");
      for (String text : List.of("three", "four", "five")) {
        assertEquals(text, bob.nextJson("private_message").get("text").getAsString());
      }
      proxy.reset();
      proxy.heal();
      alice.await("sent five true");
      tell(bob, "six");
      alice.await("private bob six");
      assertEquals(
          List.of("private bob one", "private bob two", "private bob six"),
          alice.lines().stream().filter(line -> line.startsWith("private ")).toList());
      bob.send("{\"type\":\"get_inbox\"}");
      assertEquals(
          List.of("three", "four", "five"),
          bob.nextJson("inbox").getAsJsonArray("messages").asList().stream()
              .map(JsonElement::getAsJsonObject)
              .filter(entry -> entry.get("type").getAsString().equals("private_message"))
              .map(entry -> entry.get("text").getAsString())
              .toList());
      assertTrue(isWhole(alice), alice.lines()::toString);
    }
  }

  @Test
  void noticesDeadLink() throws IOException {
    try (NodeScript alice = alice()) {
      proxy.stall(Direction.TO_CLIENT);
      alice.await("waiting");
      proxy.heal();
      alice.sendLine("say den here again");
      alice.await("ack here again false");
      assertTrue(isWhole(alice), alice.lines()::toString);
    }
  }

  @Test
  void reportsGapAfterServerIsReplaced() throws IOException {
    try (NodeScript alice = alice()) {
      alice.sendLine("say lobby before");
      alice.await("ack before false");
      int port = server.port();
      server.close();
      alice.await("waiting");
      server = TestServer.start(Map.of("PORT", "" + port));
      alice.await("gap lobby not recovered");
      alice.await("lost den ROOM_NOT_FOUND");
      alice.sendLine("say den into the void");
      alice.await("failed into the void NOT_IN_ROOM");
    }
  }

  @Test
  void sendsTypingOncePerThreeSeconds() throws IOException {
    try (NodeScript alice = alice();
        RawClient bob = bob()) {
      alice.sendLine("type den");
      bob.nextJson("user_typing_start");
      alice.sendLine("say den done");
      bob.nextJson("user_typing_stop");
      assertEquals("done", bob.nextJson("chat_message").get("text").getAsString());
      bob.expectSilence();
      bob.send("{\"type\":\"typing_start\",\"data\":{\"room\":\"den\"}}");
      alice.await("typing den bob");
      bob.send("{\"type\":\"typing_stop\",\"data\":{\"room\":\"den\"}}");
      alice.await("typing den ");
    }
  }

  @Test
  void partsPassTheirUnitTests() throws IOException {
    assertSucceeds("parts.mjs");
  }

  @Test
  void everyRowOfStateTablesHolds() throws IOException {
    assertSucceeds("states.mjs", PAGE.toAbsolutePath().toString());
  }

  /**
   * The arguments are the first seed and the number of schedules; a failing schedule prints its
   * seed.
   */
  @Test
  void randomSchedulesLoseNothingAndSettleEveryMessage() throws IOException {
    assertSucceeds("schedules.mjs", "1", "500");
  }

  @ParameterizedTest
  @ValueSource(strings = {"3541", "5958", "11180", "14185", "17498"})
  void schedulesThatFailedBeforeLoseNothing(String seed) throws IOException {
    assertSucceeds("schedules.mjs", seed, "1");
  }

  @Test
  void fiveTabsInNinetyNineRoomsReconnectTenTimesWithoutFlooding() throws IOException {
    assertSucceeds("tabs.mjs", "5", "99", "10", "1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "2"})
  void randomScheduleOnRealServerLosesNothing(String seed) throws IOException {
    server.close();
    server =
        TestServer.start(
            Map.of(
                "RATE_LIMIT_MESSAGES", "1200",
                "RATE_LIMIT_BURST", "60",
                "MAX_CONNECTIONS_PER_CLIENT", "100"));
    assertSucceeds("real-schedule.mjs", "ws://127.0.0.1:" + server.port(), seed, "150");
  }

  /** Two servers on one Redis, or one server twice. */
  @ParameterizedTest
  @CsvSource({"memory, 1", "memory, 2", "redis, 3", "redis, 4"})
  void devicesOfOneUserAgreeAfterARandomSchedule(String backend, String seed) throws IOException {
    Map<String, String> settings = new HashMap<>(Map.of("RATE_LIMIT_MESSAGES", "0"));
    if (backend.equals("memory")) {
      String url = "ws://127.0.0.1:" + server.port();
      assertSucceeds("agree.mjs", url, url, seed, "300");
      return;
    }
    try (RedisProcess redis = RedisProcess.start()) {
      settings.putAll(Map.of("BACKEND_TYPE", "redis", "REDIS_URL", redis.url()));
      try (ServerProcess here = ServerProcess.start(settings);
          ServerProcess there = ServerProcess.start(settings)) {
        assertSucceeds(
            "agree.mjs",
            "ws://127.0.0.1:" + here.port(),
            "ws://127.0.0.1:" + there.port(),
            seed,
            "300");
      }
    }
  }

  @Test
  void trimsWhatTheServerTrims() throws IOException {
    String script =
        """
        import { trim } from './agentcore-names.js';
        const trimmed = [];
        for (let unit = 0; unit <= 0xffff; unit++) {
          const text = String.fromCharCode(unit);
          if (trim(text + 'x' + text) !== text + 'x' + text) trimmed.push(unit);
        }
        console.log(trimmed.join());
        """;
    String expected =
        IntStream.rangeClosed(0, Character.MAX_VALUE)
            .filter(unit -> Names.trim((char) unit + "x" + (char) unit).equals("x"))
            .mapToObj(Integer::toString)
            .collect(Collectors.joining(","));
    try (NodeScript names = NodeScript.run(folder, script)) {
      assertEquals(0, names.awaitExit(), names.lines()::toString);
      assertEquals(List.of(expected), names.lines());
    }
  }

  @Test
  void findsTheMentionsThatTheServerFinds() throws IOException {
    String alphabet = "@ab A_1.\u00e9\u0301\u2003\ud835\udc9c";
    int[] characters = alphabet.codePoints().toArray();
    Random random = new Random(7);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 3000; i++) {
      String text = "";
      for (int length = random.nextInt(1, 9); length > 0; length--) {
        text +=
            random.nextInt(3) == 0
                ? "@ab"
                : Character.toString(characters[random.nextInt(characters.length)]);
      }
      texts.add(text);
    }
    String script =
        """
        import { mentions } from './agentcore-names.js';
        for (const user of ['ab', 'ab a', 'a.']) console.log(%s.map((text) => Number(mentions(text, user))).join(''));
        """
            .formatted(new Gson().toJson(texts));
    List<String> expected =
        Stream.of("ab", "ab a", "a.")
            .map(
                user ->
                    texts.stream()
                        .map(text -> Mentions.in(text).contains(user) ? "1" : "0")
                        .collect(Collectors.joining()))
            .toList();
    try (NodeScript names = NodeScript.run(folder, script)) {
      assertEquals(0, names.awaitExit(), names.lines()::toString);
      assertEquals(expected, names.lines());
      assertTrue(expected.stream().allMatch(line -> line.contains("1")), expected::toString);
    }
  }

  @Test
  void normalizesNamesAndTextsAsServerDoes() throws IOException {
    assertSucceeds("names.mjs", "ws://127.0.0.1:" + server.port());
  }

  /** Runs a script from the resources next to the page's modules; it prints failures. */
  private void assertSucceeds(String name, String... arguments) throws IOException {
    String script = Files.readString(SCRIPT.resolveSibling(name));
    try (NodeScript run = NodeScript.run(folder, script, arguments)) {
      assertEquals(0, run.awaitExit(), run.lines()::toString);
    }
  }

  @Test
  void exampleOfPageWorks() throws IOException {
    String page = Files.readString(PAGE);
    String example = block(page, "js").replace("localhost:8000", "127.0.0.1:" + server.port());
    try (NodeScript script = NodeScript.run(folder, example)) {
      assertEquals(0, script.awaitExit(), script.lines()::toString);
      assertEquals(block(page, "text").lines().toList(), script.lines());
    }
  }

  @Test
  void consoleExampleOfReadmeSendsHello(TestInfo test) {
    String console = Block.of(test).text().replace("127.0.0.1:8000", "127.0.0.1:" + server.port());
    try (RawClient bob = server.connect("bob");
        NodeScript script = NodeScript.run(folder, console)) {
      assertEquals("Hello!", bob.nextJson("chat_message").get("text").getAsString());
      Await.until(
          "alice to receive her own message",
          () -> script.lines().stream().anyMatch(line -> line.contains("Hello!")));
    }
  }

  private static String block(String page, String language) {
    String fence = "```" + language + "\n";
    int begin = page.indexOf(fence) + fence.length();
    return page.substring(begin, page.indexOf("```", begin));
  }
}
