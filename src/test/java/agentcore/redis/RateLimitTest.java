package agentcore.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.Await;
import agentcore.testkit.RedisProcess;
import agentcore.testkit.RedisStore;
import agentcore.testkit.TestServers;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Users have their rate limits across all servers. */
class RateLimitTest {
  private static final int BURST = 20;

  /** One token in ten minutes: the bucket does not fill during the test. */
  private static final Map<String, String> SLOW =
      Map.of(
          "RATE_LIMIT_MESSAGES", "1", "RATE_LIMIT_WINDOW", "600", "RATE_LIMIT_BURST", "" + BURST);

  private static List<JsonObject> refused(Guest guest, int requests) {
    return Stream.generate(() -> guest.ask("list_rooms", "{}"))
        .limit(requests)
        .filter(answer -> Guest.text(answer, "error_code").equals("RATE_LIMIT_EXCEEDED"))
        .toList();
  }

  /** Returns the tokens in the only bucket. */
  private static String tokens(RedisProcess redis) {
    String key = redis.command("KEYS", "*:tokens").split("\r\n")[2];
    return redis.command("HGET", key, "t").split("\r\n")[1];
  }

  @Test
  void messagesOnOneServerCountOnTheOther() {
    try (RedisProcess redis = RedisProcess.start();
        TestServers servers = TestServers.start(2, SLOW, RedisStore.on(redis.port()));
        Guest here = Guest.connect(servers.get(0).port(), "alice");
        Guest there = Guest.connect(servers.get(1).port(), "alice");
        Guest bob = Guest.connect(servers.get(1).port(), "bob")) {
      assertEquals(0, refused(here, 10).size());
      assertEquals(0, refused(there, 10).size());
      List<JsonObject> refusals = refused(there, 1);
      assertEquals(1, refusals.size());
      double wait = refusals.getFirst().get("retry_after").getAsDouble();
      assertTrue(wait > 500 && wait <= 600, "" + wait);
      assertEquals(1, refused(here, 1).size());
      assertEquals(0, refused(bob, BURST).size());
    }
  }

  @Test
  void remainingTokensFollowAUserToAnotherServer() {
    try (RedisProcess redis = RedisProcess.start();
        TestServers servers = TestServers.start(2, SLOW, RedisStore.on(redis.port()))) {
      for (int sent = 0; sent < BURST; sent++) {
        // Each server takes two tokens in advance and uses one of them.
        try (Guest alice = Guest.connect(servers.get(sent % 2).port(), "alice")) {
          assertEquals(0, refused(alice, 1).size(), "message " + sent);
        }
        int left = BURST - 1 - sent;
        Await.until("the other to be given back", () -> tokens(redis).startsWith(left + "."));
      }
      try (Guest alice = Guest.connect(servers.get(0).port(), "alice")) {
        assertEquals(1, refused(alice, 1).size());
      }
    }
  }

  private static List<JsonObject> refused(Guest guest, String target, int messages) {
    String data = "{\"target_user_id\":\"" + target + "\",\"text\":\"x\"}";
    return Stream.generate(() -> guest.ask("private_message", data))
        .limit(messages)
        .filter(answer -> Guest.text(answer, "error_code").equals("RATE_LIMIT_EXCEEDED"))
        .toList();
  }

  private static String sentence(List<JsonObject> refusals) {
    return Guest.text(refusals.getFirst(), "message");
  }

  @Test
  void privateMessagesOfOneUserCountOnAllServers() {
    Map<String, String> settings = Map.of("PRIVATE_RATE_LIMIT", "10");
    try (RedisProcess redis = RedisProcess.start();
        TestServers servers = TestServers.start(2, settings, RedisStore.on(redis.port()));
        Guest here = Guest.connect(servers.get(0).port(), "alice");
        Guest there = Guest.connect(servers.get(1).port(), "alice");
        Guest bob = Guest.connect(servers.get(1).port(), "bob");
        Guest carol = Guest.connect(servers.get(0).port(), "carol")) {
      assertEquals(0, refused(here, "bob", 10).size());
      List<JsonObject> refusals = refused(there, "carol", 10);
      assertFalse(refusals.isEmpty());
      assertEquals("Too many private messages from you (max 10 per minute)", sentence(refusals));
      assertEquals(0, refused(bob, "carol", 10).size(), "another sender is not affected");
      assertEquals(0, refused(carol, "alice", 10).size());
    }
  }

  @Test
  void privateMessagesToOneUserCountOnAllServers() {
    Map<String, String> settings = Map.of("PRIVATE_RATE_LIMIT_TARGET", "10");
    try (RedisProcess redis = RedisProcess.start();
        TestServers servers = TestServers.start(2, settings, RedisStore.on(redis.port()));
        Guest alice = Guest.connect(servers.get(0).port(), "alice");
        Guest bob = Guest.connect(servers.get(1).port(), "bob");
        Guest carol = Guest.connect(servers.get(1).port(), "carol")) {
      assertEquals(0, refused(alice, "bob", 10).size());
      List<JsonObject> refusals = refused(carol, "bob", 10);
      assertFalse(refusals.isEmpty());
      assertEquals(
          "Too many private messages to this user (max 10 per minute)", sentence(refusals));
      assertEquals(0, refused(carol, "alice", 10).size(), "another recipient is not affected");
      assertEquals(0, refused(bob, "carol", 10).size());
    }
  }
}
