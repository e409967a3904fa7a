package agentcore.learn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.RedisStore;
import agentcore.testkit.SharedRedis;
import agentcore.testkit.network.FaultProxy;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The fault of each step of src/learn happens on this step and not on the next one. Each scenario
 * is played on both.
 */
class LearnFaultsTest {
  /** After this time without a message the room counts as stopped. */
  private static final Duration SILENCE = Duration.ofSeconds(2);

  /** More than the buffers of two sockets hold. */
  private static final int ROUNDS = 36;

  private static final int MESSAGES_PER_ROUND = 100;
  private static final String TEXT = "€".repeat(1000);

  private static String newPrefix() {
    return "learn-" + UUID.randomUUID() + ":";
  }

  private static void say(RawClient client, String text) {
    client.send(
        "{\"type\":\"chat_message\",\"data\":{\"room\":\"lobby\",\"text\":\"" + text + "\"}}");
  }

  private static String nextText(RawClient client) {
    return client.nextJson("chat_message").get("text").getAsString();
  }

  // --- what holds on every step ---

  @ParameterizedTest
  @EnumSource
  void aClientDoesNotReceiveWhatHappenedBeforeItConnected(LearnStep step) {
    try (LearnStep.Server server = step.start(newPrefix());
        RawClient watcher = server.connect("watcher")) {
      List<RawClient> crowd = connectCrowd(server);
      for (int round = 0; round < 30; round++) {
        String leaving = "leaving " + round;
        server.connect(leaving).closeNormally();
        awaitLeft(watcher, leaving);
        try (RawClient late = RawClient.connect(server.port(), RawClient.path("late"))) {
          late.send("{\"type\":\"ping\"}");
          assertEquals("welcome", typeOfNext(late));
          assertEquals("pong", typeOfNext(late));
        }
        awaitLeft(watcher, "late");
      }
      crowd.forEach(RawClient::close);
    }
  }

  /** Connects so many members that it takes a while to send an event to all of them. */
  private static List<RawClient> connectCrowd(LearnStep.Server server) {
    return IntStream.range(0, 200).mapToObj(i -> server.connect("member " + i)).toList();
  }

  private static void awaitLeft(RawClient watcher, String user) {
    String left;
    do {
      left = watcher.nextJson("user_left").get("username").getAsString();
    } while (!left.equals(user));
  }

  private static String typeOfNext(RawClient client) {
    return client.nextJson().get("type").getAsString();
  }

  // --- step one: one client that does not read stops the room ---

  /** Alice talks to Carol while Bob does not read. */
  private static final class SlowReaderScenario implements AutoCloseable {
    private final LearnStep.Server server;
    private final RawClient alice;
    private final RawClient bob;
    private final RawClient carol;
    private final Duration patience;
    private boolean hasBobLeft;

    SlowReaderScenario(LearnStep step, Duration patience) {
      this.patience = patience;
      server = step.start(newPrefix());
      alice = server.connect("alice");
      bob = server.connect("bob");
      carol = server.connect("carol");
      setBuffer(bob, 16 * 1024);
      alice.nextJson("user_joined_room");
      alice.nextJson("user_joined_room");
    }

    /** Without a limit the system would take many megabytes for Bob. */
    private static void setBuffer(RawClient client, int bytes) {
      try {
        client.socket().setReceiveBufferSize(bytes);
      } catch (SocketException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Returns how many messages Carol has received when all are sent, or none comes any more. */
    int talk() {
      int received = 0;
      for (int round = 0; round < ROUNDS; round++) {
        IntStream.range(0, MESSAGES_PER_ROUND).forEach(i -> say(alice, TEXT));
        for (int i = 0; i < MESSAGES_PER_ROUND; i++) {
          try {
            awaitMessage(carol);
            received++;
            awaitMessage(alice);
          } catch (AssertionError silence) {
            return received;
          }
        }
      }
      return received;
    }

    private void awaitMessage(RawClient client) {
      String text = client.nextText(patience);
      while (!text.contains(TEXT)) {
        hasBobLeft |= text.contains("\"user_left\"");
        text = client.nextText(patience);
      }
    }

    @Override
    public void close() {
      bob.close(); // first: it may be what the server waits for
      alice.close();
      carol.close();
      server.close();
    }
  }

  @Test
  void stepOneStopsTheRoomWhileOneClientDoesNotRead() {
    try (SlowReaderScenario scenario = new SlowReaderScenario(LearnStep.ONE, SILENCE)) {
      int received = scenario.talk();
      assertTrue(received < ROUNDS * MESSAGES_PER_ROUND, received + " messages");
      scenario.bob.closeAbruptly();
      assertEquals(TEXT, nextText(scenario.carol), "the room goes on without Bob");
    }
  }

  @Test
  void stepTwoDisconnectsTheClientThatDoesNotReadAndTheRoomGoesOn() {
    try (SlowReaderScenario scenario = new SlowReaderScenario(LearnStep.TWO, Await.DEADLINE)) {
      assertEquals(ROUNDS * MESSAGES_PER_ROUND, scenario.talk());
      assertTrue(scenario.hasBobLeft);
      SlowReaderScenario.setBuffer(scenario.bob, 4 * 1024 * 1024); // to read quickly what is left
      assertEquals(1006, scenario.bob.awaitClose().code());
    }
  }

  // --- step two: a client that reconnects misses messages in silence ---

  /** Returns what Bob receives after he was away while Alice said "Where are you?". */
  private static List<JsonObject> comeBack(LearnStep step) {
    try (LearnStep.Server server = step.start(newPrefix());
        RawClient alice = server.connect("alice")) {
      RawClient bob = server.connect("bob");
      say(alice, "Hello, Bob");
      JsonObject last = bob.nextJson("chat_message");
      bob.closeAbruptly();
      alice.nextJson("user_left");
      say(alice, "Where are you?");
      alice.nextJson("chat_message");
      String position =
          last.has("seq")
              ? "?epoch="
                  + last.get("epoch").getAsString()
                  + "&since="
                  + last.get("seq").getAsLong()
              : "";
      try (RawClient again = RawClient.connect(server.port(), "/ws/bob" + position)) {
        List<JsonObject> received = new ArrayList<>(List.of(again.nextJson()));
        if (received.getFirst().has("recovered")) {
          received.add(again.nextJson());
        }
        again.expectSilence();
        return received;
      }
    }
  }

  @Test
  void stepTwoLetsAClientThatReconnectsMissMessagesInSilence() {
    List<JsonObject> received = comeBack(LearnStep.TWO);
    assertEquals(1, received.size(), received::toString);
    assertFalse(received.getFirst().has("recovered"), "the welcome says nothing about it");
  }

  @Test
  void stepThreeSendsAClientThatReconnectsWhatItMissed() {
    List<JsonObject> received = comeBack(LearnStep.THREE);
    assertTrue(received.getFirst().get("recovered").getAsBoolean());
    assertEquals("Where are you?", received.getLast().get("text").getAsString());
  }

  // --- step three: one process only ---

  @Test
  void stepThreeKeepsTheClientsOfTwoServersApart() {
    String prefix = newPrefix();
    try (LearnStep.Server first = LearnStep.THREE.start(prefix);
        LearnStep.Server second = LearnStep.THREE.start(prefix);
        RawClient alice = first.connect("alice");
        RawClient bob = second.connect("bob")) {
      say(alice, "Hello");
      assertEquals("Hello", nextText(alice));
      bob.expectSilence();
    }
  }

  @Test
  void stepFourBringsTheClientsOfTwoServersTogether() {
    String prefix = newPrefix();
    try (LearnStep.Server first = LearnStep.FOUR.start(prefix);
        LearnStep.Server second = LearnStep.FOUR.start(prefix);
        RawClient alice = first.connect("alice");
        RawClient bob = second.connect("bob")) {
      say(alice, "Hello");
      JsonObject hello = alice.nextJson("chat_message");
      assertEquals(hello, bob.nextJson("chat_message"));
    }
  }

  // --- step four: a cut of the link to Redis is a silent gap ---

  private static void awaitSubscribers(String prefix, int count) {
    Await.until(
        count + " subscribed servers",
        () ->
            SharedRedis.command("PUBSUB", "NUMSUB", prefix + "channel")
                .endsWith("\r\n:" + count + "\r\n"));
  }

  /**
   * Returns what Bob receives while Alice sends seven messages, of which the link of Bob's server
   * to Redis is cut for five.
   */
  private static List<JsonObject> cutLink(LearnStep step) {
    String prefix = newPrefix();
    try (FaultProxy proxy = FaultProxy.to(SharedRedis.port());
        LearnStep.Server first = step.start(prefix);
        LearnStep.Server second = step.start(RedisStore.url(proxy.port()), prefix);
        RawClient alice = first.connect("alice");
        RawClient bob = second.connect("bob")) {
      say(alice, "before");
      List<JsonObject> received = new ArrayList<>(List.of(bob.nextJson("chat_message")));
      proxy.cut();
      awaitSubscribers(prefix, 1);
      IntStream.range(0, 5).forEach(i -> say(alice, "meanwhile"));
      IntStream.range(0, 6).forEach(i -> alice.nextJson("chat_message"));
      proxy.heal();
      awaitSubscribers(prefix, 2);
      say(alice, "after");
      do {
        received.add(bob.nextJson());
      } while (!received.getLast().has("text")
          || !received.getLast().get("text").getAsString().equals("after"));
      return received;
    }
  }

  private static List<Long> seqs(List<JsonObject> received) {
    return received.stream().map(each -> each.get("seq")).map(JsonElement::getAsLong).toList();
  }

  @Test
  void stepFourLosesFiveMessagesInSilenceWhileTheLinkToRedisIsCut() {
    List<JsonObject> received = cutLink(LearnStep.FOUR);
    assertEquals(List.of(1L, 7L), seqs(received), received::toString);
  }

  @Test
  void stepFiveFillsTheGapAfterTheLinkToRedisWasCut() {
    List<JsonObject> received = cutLink(LearnStep.FIVE);
    assertEquals(LongStream.rangeClosed(1, 7).boxed().toList(), seqs(received), received::toString);
  }

  /** What step five promises beyond that: if the log itself is gone, the members are notified. */
  @Test
  void stepFiveResetsItsMembersWhenTheLogIsLost() {
    String prefix = newPrefix();
    try (LearnStep.Server server = LearnStep.FIVE.start(prefix);
        RawClient alice = server.connect("alice")) {
      say(alice, "one");
      assertEquals("one", nextText(alice));
      for (String key : List.of("epoch", "seq", "log")) {
        SharedRedis.command("DEL", prefix + key);
      }
      say(alice, "two");
      JsonObject reset = alice.nextJson();
      assertEquals("room_reset", reset.get("type").getAsString());
      assertEquals("lost", reset.get("reason").getAsString());
      assertEquals(
          reset.get("epoch"),
          JsonParser.parseString(alice.nextText()).getAsJsonObject().get("epoch"));
    }
  }
}
