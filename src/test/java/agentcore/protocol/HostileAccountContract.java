package agentcore.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.Config;
import agentcore.testkit.RawClient;
import agentcore.testkit.SharedStore;
import agentcore.testkit.TestServers;
import agentcore.testkit.Together;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that send what no client should, without a rate limit. */
abstract class HostileAccountContract {
  private static final Map<String, String> SETTINGS =
      Map.of("RATE_LIMIT_MESSAGES", "0", "DEFAULT_ROOM", "");

  private static final int MANY = 10_000;
  private static final int MAX_BLOCKED = 1000;

  /** How many requests a client sends before it reads the answers. */
  private static final int BATCH = 100;

  /** Creates the store of a test. */
  abstract SharedStore open(Config config);

  private TestServers start() {
    return TestServers.start(2, SETTINGS, this::open);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1.5", "\"1\"", "null", "true", "[1]", "{}", "1e300"})
  void refusesWhatIsNoSeq(String seq) {
    try (TestServers servers = start();
        Device alice = Device.of(servers.get(0), "alice")) {
      alice.create("den");
      for (String target : List.of("\"room\":\"den\"", "\"target_user_id\":\"bob\"")) {
        JsonObject data =
            JsonParser.parseString("{%s,\"seq\":%s}".formatted(target, seq)).getAsJsonObject();
        Device.assertError("INVALID_MESSAGE_FORMAT", alice.ask("mark_read", data));
      }
      assertEquals(List.of("den"), alice.roomNames());
    }
  }

  @Test
  void hugeSeqIsTheEndOfTheLog() {
    try (TestServers servers = start();
        Device alice = Device.of(servers.get(0), "alice");
        Device bob = Device.of(servers.get(1), "bob")) {
      alice.create("den");
      bob.join("den");
      bob.write("den", "1");
      servers.settle();
      assertEquals(1, alice.mark("den", Long.MAX_VALUE).get("seq").getAsLong());
      bob.write("den", "2");
      assertEquals(1, alice.unread("den"));
      JsonObject data = new JsonObject();
      data.addProperty("target_user_id", "bob");
      data.addProperty("seq", Long.MAX_VALUE);
      assertEquals(0, alice.ask("mark_read", data).get("seq").getAsLong());
      data.remove("seq");
      data.addProperty("target_user_id", "alice");
      data.addProperty("text", "hello");
      Device.assertType("private_message_sent", bob.ask("private_message", data));
      assertEquals(1, alice.myRooms().getAsJsonArray("conversations").size());
    }
  }

  @Test
  void blocksAtMostThousandUsers() {
    try (TestServers servers = start();
        Device alice = Device.of(servers.get(0), "alice")) {
      int refused = 0;
      RawClient client = alice.client();
      for (int batch = 0; batch < MANY; batch += BATCH) {
        for (int i = batch; i < batch + BATCH; i++) {
          client.send(
              "{\"type\":\"block_user\",\"data\":{\"target_user_id\":\"user %d\"}}".formatted(i));
        }
        for (int i = batch; i < batch + BATCH; i++) {
          JsonObject reply = client.nextJson();
          if (reply.has("error_code")) {
            Device.assertError("LIMIT_EXCEEDED", reply);
            refused++;
          }
        }
      }
      assertEquals(MANY - MAX_BLOCKED, refused);
      JsonArray blocked = alice.ask("blocked_users", new JsonObject()).getAsJsonArray("users");
      assertEquals(MAX_BLOCKED, blocked.size());
      Device.assertType("user_blocked", alice.ask("block_user", "target_user_id", "user 1"));
      Device.assertType("user_unblocked", alice.ask("unblock_user", "target_user_id", "user 1"));
      Device.assertType("user_blocked", alice.ask("block_user", "target_user_id", "another"));
    }
  }

  @Test
  void entersARoomOnceThatIsNamedHundredTimes() {
    try (TestServers servers = start();
        Device bob = Device.of(servers.get(0), "bob");
        Device alice = Device.of(servers.get(1), "alice")) {
      bob.create("den");
      JsonObject den = new JsonObject();
      den.addProperty("room", "den");
      JsonArray rooms = new JsonArray();
      for (int i = 0; i < 100; i++) {
        rooms.add(den);
      }
      JsonObject data = new JsonObject();
      data.add("rooms", rooms);
      JsonObject reply = alice.ask("join_rooms", data);
      int joined = 0;
      while (!reply.get("type").getAsString().equals("rooms_joined")) {
        joined += reply.get("type").getAsString().equals("room_joined") ? 1 : 0;
        reply = alice.client().nextJson();
      }
      assertEquals(100, joined);
      servers.settle();
      assertEquals(2, bob.ask("get_room_users", "room", "den").getAsJsonArray("users").size());
      assertEquals(1, bob.events().size(), "alice has joined once");
      alice.leave("den");
      assertEquals(List.of(), alice.roomNames());
      rooms.add(den);
      Device.assertError("VALIDATION_FAILED", alice.ask("join_rooms", data));
    }
  }

  @Test
  void listsInATightLoopDoNotStopOthers() {
    try (TestServers servers = start();
        Device mallory = Device.of(servers.get(0), "mallory");
        Device alice = Device.of(servers.get(0), "alice");
        Device bob = Device.of(servers.get(1), "bob")) {
      bob.create("den");
      alice.join("den");
      mallory.join("den");
      AtomicBoolean isDone = new AtomicBoolean();
      List<Integer> answers =
          Together.run(
              2,
              i -> {
                int n = 0;
                if (i == 0) {
                  while (!isDone.get()) {
                    n += listBatch(mallory.client());
                  }
                } else {
                  for (; n < BATCH; n++) {
                    bob.write("den", "message " + n);
                    assertEquals(
                        n + 1, alice.client().nextJson("chat_message").get("seq").getAsInt());
                  }
                  isDone.set(true);
                }
                return n;
              });
      assertTrue(answers.get(0) > 0);
      assertEquals(BATCH, mallory.unread("den"));
    }
  }

  /** Sends requests without waiting, and reads the answers. */
  private static int listBatch(RawClient client) {
    for (int i = 0; i < BATCH; i++) {
      client.send("{\"type\":\"my_rooms\"}");
    }
    int lists = 0;
    while (lists < BATCH) {
      lists += client.nextJson().get("type").getAsString().equals("my_rooms") ? 1 : 0;
    }
    return lists;
  }
}
