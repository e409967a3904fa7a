package agentcore.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.Await;
import agentcore.testkit.FaultProxy;
import agentcore.testkit.FaultProxy.Direction;
import agentcore.testkit.RawClient;
import agentcore.testkit.RedisProcess;
import agentcore.testkit.RedisStore;
import agentcore.testkit.TestServers;
import agentcore.torture.History.Reader;
import agentcore.torture.History.Resumed;
import agentcore.torture.History.Seen;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who lost a reply, or a server, loses and doubles nothing. */
class RedisRetryTest {
  private static final Map<String, String> SETTINGS = Map.of("RATE_LIMIT_MESSAGES", "0");
  private static final String LOBBY = Crowd.LOBBY;

  @Test
  void oneInFiveOfTheRepliesIsLost() {
    try (RedisProcess redis = RedisProcess.start()) {
      LostReplies.run(RedisStore.on(redis.port()));
    }
  }

  @Test
  void aServerIsKilledInMidStreamAndItsPeopleGoOnWithTheOther() {
    try (Cluster cluster = Cluster.start(true);
        Crowd crowd = new Crowd(cluster, 1, 8, 50, 2)) {
      Await.until("talk", () -> crowd.acknowledged() >= 200);
      List<TortureClient> victims =
          crowd.clients().stream().filter(client -> client.server() == 0).toList();
      assertTrue(victims.size() > 1 && victims.size() < 8, "people on both servers");
      cluster.server(0).kill();
      int before = crowd.acknowledged();
      Await.until("talk on one server", () -> crowd.acknowledged() >= before + 200);
      crowd.finish(Await.DEADLINE);
      List<History> histories = crowd.histories(List.of());
      Verdict.of("a run in which a server is killed", histories, crowd.problems());
      histories.forEach(RedisRetryTest::assertUnionIsExact);
      victims.forEach(
          victim ->
              assertTrue(
                  victim.views().values().stream().allMatch(view -> hasResumed(view.reader())),
                  "it came back and was told recovered: true"));
    }
  }

  private static boolean hasResumed(Reader reader) {
    return reader.sights().stream().anyMatch(Resumed.class::isInstance);
  }

  /** Whoever entered at a place saw each number behind it once, to the end of the log. */
  private static void assertUnionIsExact(History history) {
    for (Reader reader : history.readers()) {
      long seq = reader.sights().getFirst().place().seq();
      for (Seen seen : seenBy(reader)) {
        assertEquals(++seq, seen.place().seq(), reader.name());
      }
      assertEquals(end(history), seq, reader.name());
    }
  }

  private static long end(History history) {
    return history.acks().stream().mapToLong(ack -> ack.place().seq()).max().orElse(0);
  }

  private static List<Seen> seenBy(Reader reader) {
    return reader.sights().stream().filter(Seen.class::isInstance).map(Seen.class::cast).toList();
  }

  /** The request reached Redis, its reply did not come back. */
  @Test
  void theLinkFailsBehindTheRequestAndTheRetryIsADuplicate() {
    try (Severed severed = new Severed()) {
      JsonObject stored = severed.sayIntoTheStall("x");
      severed.proxy.cut();
      severed.proxy.heal();
      JsonObject ack = severed.retryUntilAcknowledged(severed.alice, "x");
      assertTrue(ack.get("duplicate").getAsBoolean(), ack.toString());
      assertEquals(stored.get("message_id"), ack.get("message_id"));
      severed.assertSaidOnce("x");
    }
  }

  @Test
  void theRetryOnAnotherServerIsADuplicateToo() {
    try (Severed severed = new Severed()) {
      JsonObject stored = severed.sayIntoTheStall("x");
      try (RawClient again = severed.servers.get(1).connect("alice")) {
        JsonObject ack = severed.retryUntilAcknowledged(again, "x");
        assertTrue(ack.get("duplicate").getAsBoolean(), ack.toString());
        assertEquals(stored.get("message_id"), ack.get("message_id"));
      }
      severed.proxy.heal();
      severed.assertSaidOnce("x");
    }
  }

  /** Alice's server has a link that fails, Bob's has not. */
  private static final class Severed implements AutoCloseable {
    final RedisProcess redis = RedisProcess.start();
    final FaultProxy proxy = FaultProxy.to(redis.port());
    final TestServers servers =
        TestServers.start(2, SETTINGS, RedisStore.on(proxy.port(), redis.port()));
    final RawClient alice = servers.get(0).connect("alice");
    final RawClient bob = servers.get(1).connect("bob");

    /** Redis learns the script that appends from the first message, which takes two requests. */
    Severed() {
      JsonObject unused = alice.nextJson("welcome");
      unused = bob.nextJson("welcome");
      unused = retryUntilAcknowledged(alice, "the beginning");
      unused = bob.nextJson("chat_message");
    }

    /** Bob hears it, and Alice is told that it may have failed. */
    JsonObject sayIntoTheStall(String id) {
      proxy.stall(Direction.BACK);
      alice.send(TortureClient.chatMessage(LOBBY, id, id));
      JsonObject stored = bob.nextJson("chat_message");
      JsonObject error = alice.nextJson("error");
      assertEquals("BACKEND_UNAVAILABLE", error.get("error_code").getAsString());
      return stored;
    }

    JsonObject retryUntilAcknowledged(RawClient client, String id) {
      while (true) {
        client.send(TortureClient.chatMessage(LOBBY, id, id));
        JsonObject reply = client.nextJson();
        while (!reply.has("id")) {
          reply = client.nextJson();
        }
        if (reply.get("type").getAsString().equals("ack")) {
          return reply;
        }
        assertTrue(reply.get("retryable").getAsBoolean(), reply.toString());
      }
    }

    /** The log holds it once, and nothing follows it for Bob but what he says now. */
    void assertSaidOnce(String text) {
      bob.send(TortureClient.chatMessage(LOBBY, "the end", "end"));
      assertEquals("the end", bob.nextJson("chat_message").get("text").getAsString());
      bob.send("{\"type\":\"get_message_history\",\"data\":{\"room\":\"lobby\"}}");
      List<String> texts =
          bob.nextJson("message_history").getAsJsonArray("messages").asList().stream()
              .map(message -> message.getAsJsonObject().get("text").getAsString())
              .toList();
      assertEquals(List.of("the beginning", text, "the end"), texts);
    }

    @Override
    public void close() {
      alice.close();
      bob.close();
      servers.close();
      proxy.close();
      redis.close();
    }
  }
}
