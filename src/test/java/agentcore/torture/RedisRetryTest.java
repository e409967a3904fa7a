package agentcore.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.RedisProcess;
import agentcore.testkit.RedisStore;
import agentcore.testkit.TestServers;
import agentcore.testkit.network.FaultProxy;
import agentcore.testkit.network.FaultProxy.Direction;
import agentcore.torture.history.History;
import agentcore.torture.history.History.Reader;
import agentcore.torture.history.History.Resumed;
import agentcore.torture.history.History.Seen;
import agentcore.torture.history.HistoryChecker;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A client that loses a reply or its server loses no message and stores none twice. */
class RedisRetryTest {
  private static final Map<String, String> SETTINGS = Map.of("RATE_LIMIT_MESSAGES", "0");
  private static final String LOBBY = Crowd.LOBBY;

  @Test
  void storesEachMessageOnceWhenRepliesAreLost() {
    try (RedisProcess redis = RedisProcess.start()) {
      LostReplyScenario.run(RedisStore.on(redis.port()));
    }
  }

  @Test
  void clientsOfKilledServerResumeOnTheOther() {
    try (Cluster cluster = Cluster.start(true);
        Crowd crowd = new Crowd(cluster, 1, 8, 50, 2).withApiWriters(50, 2)) {
      Await.until(
          "messages through both servers",
          () -> crowd.acknowledged() >= 200 && crowd.acknowledgedByApi() >= 50);
      List<TortureClient> victims =
          crowd.clients().stream().filter(client -> client.server() == 0).toList();
      assertTrue(
          victims.size() > 1 && victims.size() < crowd.clients().size(), "clients on both servers");
      cluster.server(0).kill();
      int before = crowd.acknowledged();
      int beforeByApi = crowd.acknowledgedByApi();
      Await.until(
          "messages through the remaining server",
          () ->
              crowd.acknowledged() >= before + 200
                  && crowd.acknowledgedByApi() >= beforeByApi + 50);
      crowd.finish(Await.DEADLINE);
      List<History> histories = crowd.histories(List.of());
      HistoryChecker.assertNoFindings("a run with a killed server", histories, crowd.problems());
      histories.stream()
          .filter(history -> !Crowd.isInbox(history.room()))
          .forEach(RedisRetryTest::assertUnionIsExact);
      victims.forEach(
          victim ->
              assertTrue(
                  victim.views().entrySet().stream()
                      .filter(view -> !Crowd.isInbox(view.getKey()))
                      .allMatch(view -> hasResumed(view.getValue().reader())),
                  "it resumed with recovered: true"));
    }
  }

  private static boolean hasResumed(Reader reader) {
    return reader.observations().stream().anyMatch(Resumed.class::isInstance);
  }

  /** Every reader received each sequence number after its first position exactly once. */
  private static void assertUnionIsExact(History history) {
    for (Reader reader : history.readers()) {
      long seq = reader.observations().getFirst().position().seq();
      for (Seen seen : seenBy(reader)) {
        assertEquals(++seq, seen.position().seq(), reader.name());
      }
      assertEquals(end(history), seq, reader.name());
    }
  }

  private static long end(History history) {
    return history.acks().stream().mapToLong(ack -> ack.position().seq()).max().orElse(0);
  }

  private static List<Seen> seenBy(Reader reader) {
    return reader.observations().stream()
        .filter(Seen.class::isInstance)
        .map(Seen.class::cast)
        .toList();
  }

  /** The request reached Redis, but the reply was lost. */
  @Test
  void retryAfterLostReplyIsDuplicate() {
    try (SeveredLink link = new SeveredLink()) {
      JsonObject stored = link.sendIntoStall("x");
      link.proxy.cut();
      link.proxy.heal();
      JsonObject ack = link.retryUntilAcknowledged(link.alice, "x");
      assertTrue(ack.get("duplicate").getAsBoolean(), ack.toString());
      assertEquals(stored.get("message_id"), ack.get("message_id"));
      link.assertStoredOnce("x");
    }
  }

  @Test
  void retryOnAnotherServerIsDuplicate() {
    try (SeveredLink link = new SeveredLink()) {
      JsonObject stored = link.sendIntoStall("x");
      try (RawClient again = link.servers.get(1).connect("alice")) {
        JsonObject ack = link.retryUntilAcknowledged(again, "x");
        assertTrue(ack.get("duplicate").getAsBoolean(), ack.toString());
        assertEquals(stored.get("message_id"), ack.get("message_id"));
      }
      link.proxy.heal();
      link.assertStoredOnce("x");
    }
  }

  /** Alice's server reaches Redis through a proxy that can fail; Bob's connects directly. */
  private static final class SeveredLink implements AutoCloseable {
    final RedisProcess redis = RedisProcess.start();
    final FaultProxy proxy = FaultProxy.to(redis.port());
    final TestServers servers =
        TestServers.start(2, SETTINGS, RedisStore.on(proxy.port(), redis.port()));
    final RawClient alice = servers.get(0).connect("alice");
    final RawClient bob = servers.get(1).connect("bob");

    /** Sends a first message, because loading the append script takes an extra request. */
    SeveredLink() {
      JsonObject unused = alice.nextJson("welcome");
      unused = bob.nextJson("welcome");
      unused = retryUntilAcknowledged(alice, "the beginning");
      unused = bob.nextJson("chat_message");
    }

    /** Sends a message whose reply is lost: Bob receives it, Alice gets an error. */
    JsonObject sendIntoStall(String id) {
      proxy.stall(Direction.TO_CLIENT);
      alice.send(ChatRequests.chatMessage(LOBBY, id, id));
      JsonObject stored = bob.nextJson("chat_message");
      JsonObject error = alice.nextJson("error");
      assertEquals("BACKEND_UNAVAILABLE", error.get("error_code").getAsString());
      return stored;
    }

    JsonObject retryUntilAcknowledged(RawClient client, String id) {
      while (true) {
        client.send(ChatRequests.chatMessage(LOBBY, id, id));
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

    /** Checks that the log holds the message once and that Bob receives nothing more. */
    void assertStoredOnce(String text) {
      bob.send(ChatRequests.chatMessage(LOBBY, "the end", "end"));
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
