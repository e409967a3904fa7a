package agentcore.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.Config;
import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.SharedStore;
import agentcore.testkit.TestServers;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The guarantees under concurrent messages on two servers: one order, no gaps, and no event outside
 * the membership.
 */
abstract class OrderContract {
  private static final int SENDERS = 4;
  private static final int MESSAGES = 100;
  private static final int ROUNDS = 50;
  private static final Map<String, String> SETTINGS =
      Map.of(
          "RATE_LIMIT_MESSAGES", "0",
          "PRESENCE_EVENTS_LIMIT", "0",
          "MAX_CONNECTIONS_PER_CLIENT", "100",
          "HISTORY_SIZE", "100000");

  private final ExecutorService threads = Executors.newCachedThreadPool();

  /** Creates the store of a test. */
  abstract SharedStore open(Config config);

  @AfterEach
  void endThreads() throws InterruptedException {
    threads.shutdownNow();
    assertTrue(threads.awaitTermination(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS));
  }

  private TestServers start() {
    return TestServers.start(2, SETTINGS, this::open);
  }

  private static void chat(RawClient client, String room, String text) {
    client.send(
        """
        {"type":"chat_message","data":{"room":"%s","text":"%s"}}
        """
            .formatted(room, text));
  }

  private static String type(JsonObject event) {
    return event.get("type").getAsString();
  }

  private static long seq(JsonObject event) {
    return event.get("seq").getAsLong();
  }

  /** Sends its messages, receives until it has everyone's, and returns them. */
  private static List<String> talk(RawClient client, String name) {
    for (int i = 0; i < MESSAGES; i++) {
      chat(client, "lobby", name + " " + i);
    }
    List<String> seen = new ArrayList<>();
    while (seen.size() < SENDERS * MESSAGES) {
      JsonObject event = client.nextJson("chat_message");
      seen.add(seq(event) + " " + event.get("text").getAsString());
    }
    return seen;
  }

  @Test
  void allMembersReceiveSameMessagesInSameOrderWithoutGaps() throws Exception {
    try (TestServers servers = start()) {
      List<Callable<List<String>>> talks = new ArrayList<>();
      for (int i = 0; i < SENDERS; i++) {
        String name = "user" + i;
        RawClient client = servers.get(i).connect(name);
        client.nextJson("welcome");
        talks.add(() -> talk(client, name));
      }
      List<List<String>> seen = new ArrayList<>();
      for (Future<List<String>> each : threads.invokeAll(talks)) {
        seen.add(each.get());
      }
      for (int i = 0; i < SENDERS * MESSAGES; i++) {
        assertTrue(seen.getFirst().get(i).startsWith((i + 1) + " "), seen.getFirst().get(i));
      }
      for (int i = 0; i < SENDERS; i++) {
        assertEquals(seen.getFirst(), seen.get(i));
        String own = "user" + i + " ";
        List<String> ofOne = seen.getFirst().stream().filter(s -> s.contains(own)).toList();
        for (int n = 0; n < MESSAGES; n++) {
          assertTrue(ofOne.get(n).endsWith(own + n), "in sending order");
        }
      }
    }
  }

  /** Sends messages to the lobby, one after the other, while {@code task} runs. */
  private void whileMessagesArrive(TestServers servers, Callable<Void> task) throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    try (RawClient talker = servers.get(0).connect("talker")) {
      talker.nextJson("welcome");
      Future<?> talking =
          threads.submit(
              () -> {
                while (!done.get()) {
                  chat(talker, "lobby", "x");
                  talker.nextJson("chat_message");
                }
              });
      try {
        task.call();
      } finally {
        done.set(true);
      }
      talking.get(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS);
    }
  }

  @Test
  void welcomeIsFollowedByNextMessage() throws Exception {
    try (TestServers servers = start()) {
      whileMessagesArrive(
          servers,
          () -> {
            for (int i = 0; i < ROUNDS; i++) {
              try (RawClient client = servers.get(i).connect("late")) {
                JsonObject welcome = client.nextJson();
                assertEquals("welcome", type(welcome), "the welcome comes first");
                assertEquals(seq(welcome) + 1, seq(client.nextJson()));
                assertEquals(seq(welcome) + 2, seq(client.nextJson()));
                client.closeAbruptly();
              }
            }
            return null;
          });
    }
  }

  @Test
  void joinReplyPrecedesMessagesAndNoneFollowLeave() throws Exception {
    try (TestServers servers = start();
        RawClient client = servers.get(1).connect("guest")) {
      client.nextJson("welcome");
      whileMessagesArrive(
          servers,
          () -> {
            for (int i = 0; i < ROUNDS; i++) {
              client.send("{\"type\":\"leave_room\",\"data\":{\"room\":\"lobby\"}}");
              client.nextJson("room_left");
              client.expectSilence();
              client.send("{\"type\":\"join_room\",\"data\":{\"room\":\"lobby\"}}");
              JsonObject joined = client.nextJson();
              assertEquals("room_joined", type(joined));
              assertEquals("room_info", type(client.nextJson()));
              assertEquals(seq(joined) + 1, seq(client.nextJson()));
            }
            return null;
          });
    }
  }

  @Test
  void resumingClientMissesNothing() throws Exception {
    try (TestServers servers = start()) {
      whileMessagesArrive(
          servers,
          () -> {
            JsonObject last;
            try (RawClient client = servers.get(1).connect("guest")) {
              client.nextJson("welcome");
              last = client.nextJson("chat_message");
            }
            for (int i = 0; i < ROUNDS; i++) {
              last = resumeTwice(servers.get(i).port(), last);
            }
            return null;
          });
    }
  }

  /** Resumes twice, by URL and by join_room, and returns the last message received. */
  private static JsonObject resumeTwice(int port, JsonObject seen) {
    String epoch = seen.get("epoch").getAsString();
    String id = seen.get("message_id").getAsString();
    String query = "?epoch=%s&since=%d&message_id=%s".formatted(epoch, seq(seen), id);
    try (RawClient client = RawClient.connect(port, RawClient.path("guest") + query)) {
      assertTrue(client.nextJson("welcome").get("recovered").getAsBoolean());
      JsonObject last = readOn(client, seen);
      client.send("{\"type\":\"leave_room\",\"data\":{\"room\":\"lobby\"}}");
      for (JsonObject event = client.nextJson(); !type(event).equals("room_left"); ) {
        assertEquals(seq(last) + 1, seq(event));
        last = event;
        event = client.nextJson();
      }
      client.send(
          """
          {"type":"join_room","data":{"room":"lobby","epoch":"%s","since":%d,"message_id":"%s"}}
          """
              .formatted(epoch, seq(last), last.get("message_id").getAsString()));
      assertTrue(client.nextJson().get("recovered").getAsBoolean());
      assertEquals("room_info", type(client.nextJson()));
      last = readOn(client, last);
      client.closeAbruptly();
      return last;
    }
  }

  private static JsonObject readOn(RawClient client, JsonObject seen) {
    JsonObject last = seen;
    for (int i = 0; i < 5; i++) {
      JsonObject event = client.nextJson();
      assertEquals(seq(last) + 1, seq(event), "only the next message may follow");
      last = event;
    }
    return last;
  }

  @Test
  void rejoinReportsPositionThatNextMessageFollows() throws Exception {
    try (TestServers servers = start();
        RawClient client = servers.get(1).connect("member")) {
      long[] last = {seq(client.nextJson("welcome"))};
      whileMessagesArrive(
          servers,
          () -> {
            for (int i = 0; i < ROUNDS; i++) {
              client.send("{\"type\":\"join_room\",\"data\":{\"room\":\"lobby\"}}");
              JsonObject joined = readUpTo("room_joined", client, last);
              assertEquals(last[0], seq(joined), "earlier messages came before the reply");
              readUpTo("room_info", client, last);
            }
            return null;
          });
    }
  }

  /** Reads messages without gaps up to an event of this type and returns the event. */
  private static JsonObject readUpTo(String type, RawClient client, long[] lastSeq) {
    JsonObject event = client.nextJson();
    while (!type(event).equals(type)) {
      assertEquals(++lastSeq[0], seq(event));
      event = client.nextJson();
    }
    return event;
  }
}
