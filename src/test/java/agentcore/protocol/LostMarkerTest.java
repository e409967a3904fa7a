package agentcore.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.Await;
import agentcore.testkit.RedisProcess;
import agentcore.testkit.RedisStore;
import agentcore.testkit.SharedStore;
import agentcore.testkit.TestServer;
import agentcore.testkit.TestServers;
import com.google.gson.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Redis loses a log: a read marker in it hides no message of the new one. */
class LostMarkerTest {
  private static final Map<String, String> SETTINGS =
      Map.of("RATE_LIMIT_MESSAGES", "0", "DEFAULT_ROOM", "");

  private static final int BEFORE = 5;
  private static final int AFTER = 3;

  private static SharedStore store(RedisProcess redis) {
    return RedisStore.on(redis.port()).open(TestServer.config(SETTINGS));
  }

  private static TestServers start(SharedStore store) {
    return TestServers.start(2, SETTINGS, config -> store);
  }

  private static void readMessages(TestServers servers, Device alice, Device bob) {
    bob.create("den");
    alice.join("den");
    for (int i = 0; i < BEFORE; i++) {
      bob.write("den", "before " + i);
    }
    servers.settle();
    alice.mark("den", BEFORE);
    assertEquals(0, alice.unread("den"));
  }

  private static void write(Device bob) {
    for (int i = 0; i < AFTER; i++) {
      bob.write("den", "after " + i);
    }
  }

  @Test
  void messagesBehindAnEmptiedStoreAreUnread() {
    try (RedisProcess redis = RedisProcess.start();
        TestServers servers = start(store(redis));
        Device alice = Device.of(servers.get(0), "alice");
        Device bob = Device.of(servers.get(1), "bob")) {
      readMessages(servers, alice, bob);
      redis.command("FLUSHALL");
      write(bob);
      alice.join("den"); // a client that received room_reset does so
      Await.until("the room to be listed again", () -> alice.room("den").isPresent());
      JsonObject den = alice.room("den").orElseThrow();
      assertTrue(den.get("seq").getAsLong() >= BEFORE + AFTER, den.toString());
      assertEquals(AFTER, den.get("unread").getAsInt());
    }
  }

  /** As on a cluster, where the primary of the room is another one than that of the user. */
  @Test
  void messagesOfALogThatNoServerRemembersAreUnread() {
    try (RedisProcess redis = RedisProcess.start();
        SharedStore store = store(redis)) {
      try (TestServers servers = start(store);
          Device alice = Device.of(servers.get(0), "alice");
          Device bob = Device.of(servers.get(1), "bob")) {
        readMessages(servers, alice, bob);
      }
      redis.command("EVAL", "redis.call('DEL', unpack(redis.call('KEYS', '*:log')))", "0");
      redis.command("EVAL", "redis.call('DEL', unpack(redis.call('KEYS', '*:record')))", "0");
      try (TestServers servers = start(store);
          Device alice = Device.of(servers.get(0), "alice");
          Device bob = Device.of(servers.get(1), "bob")) {
        bob.join("den");
        write(bob);
        JsonObject den = alice.room("den").orElseThrow();
        assertEquals(AFTER, den.get("seq").getAsInt());
        assertEquals(AFTER, den.get("unread").getAsInt());
        assertFalse(den.has("read_seq"), "the marker of another log: " + den);
        alice.join("den");
        servers.settle();
        assertEquals(2, alice.mark("den", 2).get("seq").getAsInt());
        assertEquals(1, alice.unread("den"));
      }
    }
  }

  /** The log has a new epoch and still has the messages that the marker covers. */
  @Test
  void markerCoversWhatWasReadBeforeANewEpoch() {
    try (RedisProcess redis = RedisProcess.start();
        SharedStore store = store(redis)) {
      try (TestServers servers = start(store);
          Device alice = Device.of(servers.get(0), "alice");
          Device bob = Device.of(servers.get(1), "bob")) {
        readMessages(servers, alice, bob);
      }
      redis.command(
          "EVAL",
          "for _, key in ipairs(redis.call('KEYS', '*:record')) do"
              + " redis.call('HSET', key, 'e', '2.other', 'b', redis.call('HGET', key, 's')) end",
          "0");
      try (TestServers servers = start(store);
          Device alice = Device.of(servers.get(0), "alice")) {
        alice.join("den");
        servers.settle();
        assertEquals(BEFORE, alice.mark("den", 1).get("seq").getAsInt());
        assertEquals(0, alice.unread("den"));
        assertEquals("2.other", alice.mark("den", BEFORE).get("epoch").getAsString());
      }
    }
  }
}
