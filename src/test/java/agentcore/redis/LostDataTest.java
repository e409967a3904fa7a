package agentcore.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.Await;
import agentcore.testkit.RedisProcess;
import agentcore.testkit.RedisStore;
import agentcore.testkit.TestServer;
import agentcore.testkit.TestServers;
import agentcore.testkit.network.FaultProxy;
import agentcore.testkit.protocol.Description;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Redis loses data: members learn that continuity was lost, and the room continues. */
class LostDataTest {
  private static final String IN_DEN = "{\"room\":\"den\"}";

  @Test
  void emptiedStoreIsNoticedAndServedAgain() {
    try (Loss loss = new Loss()) {
      loss.redis.command("FLUSHALL");
      loss.assertGoesOn();
      loss.assertRoomsAreThere();
    }
  }

  /** Looking a name up without success must not affect the room that had it. */
  @Test
  void emptiedStoreIsNoticedAfterManyRoomNamesWereAskedFor() {
    try (Loss loss = new Loss()) {
      for (TestServer server : loss.servers.all()) {
        try (Guest eve = Guest.connect(server.port(), "eve")) {
          JsonObject refusal =
              eve.ask("create_room", "{\"room_name\":\"den\",\"is_public\":false}");
          assertEquals("ROOM_EXISTS", Guest.text(refusal, "error_code"));
        }
      }
      loss.redis.command("FLUSHALL");
      loss.assertGoesOn();
      loss.assertRoomsAreThere();
    }
  }

  @Test
  void emptyRestartIsNoticedByTheNextMessage() {
    try (Loss loss = new Loss()) {
      loss.redis.kill();
      loss.redis.restart();
      loss.assertGoesOn();
      loss.assertRoomsAreThere();
    }
  }

  @Test
  void emptyRestartIsNoticedWithoutAMessage() {
    try (Loss loss = new Loss()) {
      loss.redis.kill();
      loss.redis.restart();
      List.of(loss.alice, loss.bob)
          .forEach(
              guest -> {
                var isReset = Guest.ofType("room_reset").and(Guest.about("den"));
                JsonObject reset = guest.await("room_reset", isReset);
                assertEquals(Optional.empty(), Description.faultOfEvent(reset));
              });
      loss.assertGoesOn();
    }
  }

  @Test
  void rollbackToASnapshotIsReported() {
    try (Loss loss = new Loss()) {
      loss.redis.command("SAVE");
      loss.alice.say("den", "2, lost");
      loss.bob.awaitText("2, lost");
      loss.redis.kill();
      loss.redis.restart();
      loss.assertGoesOn();
      loss.assertRoomsAreThere();
    }
  }

  @Test
  void rollbackToBeforeTheRoomIsReported() {
    try (Loss loss = new Loss()) {
      loss.redis.command("SAVE");
      loss.alice.create("later");
      loss.bob.join("later");
      loss.redis.kill();
      loss.redis.restart();
      loss.assertGoesOn();
      loss.alice.await("later reset", Guest.ofType("room_reset").and(Guest.about("later")));
      loss.bob.await("later reset", Guest.ofType("room_reset").and(Guest.about("later")));
      loss.alice.sayUntilStored("later", "still here");
      loss.bob.awaitText("still here");
    }
  }

  /** Bob never received the lost entry. He must learn that an entry is lost. */
  @Test
  void reportsALossToMembersThatNeverReceivedTheLostEntries() {
    try (RedisProcess redis = RedisProcess.start();
        FaultProxy proxy = FaultProxy.to(redis.port());
        TestServers servers =
            TestServers.start(2, Guest.UNLIMITED, RedisStore.on(redis.port(), proxy.port()));
        Guest alice = Guest.connect(servers.get(0).port(), "alice");
        Guest bob = Guest.connect(servers.get(1).port(), "bob")) {
      alice.create("den");
      bob.join("den");
      alice.say("den", "kept");
      bob.awaitText("kept");
      redis.command("SAVE");
      proxy.cut();
      assertEquals("ack", Guest.text(alice.say("den", "lost"), "type"));
      redis.kill();
      redis.restart();
      alice.await("alice's reset", Guest.ofType("room_reset").and(Guest.about("den")));
      proxy.heal();
      bob.await("bob's reset", Guest.ofType("room_reset").and(Guest.about("den")));
      alice.sayUntilStored("den", "after");
      bob.awaitText("after");
      assertEquals(List.of("kept", "after"), bob.texts("den"));
    }
  }

  /** The seq alone does not show it: the log has reached the old position with other entries. */
  @Test
  void rollbackIsReportedThoughTheLogHasGrownPastTheOldPosition() {
    try (RedisProcess redis = RedisProcess.start();
        FaultProxy proxy = FaultProxy.to(redis.port());
        TestServers servers =
            TestServers.start(2, Guest.UNLIMITED, RedisStore.on(redis.port(), proxy.port()));
        Guest alice = Guest.connect(servers.get(1).port(), "alice");
        Guest bob = Guest.connect(servers.get(0).port(), "bob")) {
      alice.create("den");
      alice.say("den", "kept");
      redis.command("SAVE");
      JsonObject lost = alice.say("den", "lost");
      proxy.cut();
      redis.kill();
      redis.restart();
      Await.until(
          "bob to be in",
          () -> Guest.text(bob.ask("join_room", IN_DEN), "type").equals("room_joined"));
      JsonObject instead = bob.sayUntilStored("den", "instead of it");
      assertEquals(Guest.text(lost, "seq"), Guest.text(instead, "seq"));
      assertEquals(Guest.text(lost, "epoch"), Guest.text(instead, "epoch"));
      bob.sayUntilStored("den", "and more");
      proxy.heal();
      JsonObject reset = alice.await("a reset", Guest.ofType("room_reset").and(Guest.about("den")));
      assertEquals("rolled_back", Guest.text(reset, "reason"));
      bob.sayUntilStored("den", "after");
      alice.awaitText("after");
      assertEquals(List.of("kept", "lost", "after"), alice.texts("den"));
      try (Guest back = Guest.connect(servers.get(0).port(), "alice")) {
        String resuming =
            "{\"room\":\"den\",\"epoch\":\"%s\",\"since\":%s,\"message_id\":\"%s\"}"
                .formatted(
                    Guest.text(lost, "epoch"),
                    Guest.text(lost, "seq"),
                    Guest.text(lost, "message_id"));
        assertEquals("false", Guest.text(back.ask("join_room", resuming), "recovered"));
      }
    }
  }

  /**
   * One connection of Bob never received the lost entry, and is connected again before the other.
   */
  @Test
  void reportsALossToAllConnectionsOfAUser() {
    try (RedisProcess redis = RedisProcess.start();
        FaultProxy slow = FaultProxy.to(redis.port());
        FaultProxy quick = FaultProxy.to(redis.port());
        TestServers servers =
            TestServers.start(2, Guest.UNLIMITED, RedisStore.on(slow.port(), quick.port()));
        Guest alice = Guest.connect(servers.get(0).port(), "alice");
        Guest bob = Guest.connect(servers.get(0).port(), "bob");
        Guest other = Guest.connect(servers.get(1).port(), "bob")) {
      alice.ask("private_message", toBob("kept"));
      awaitPrivate(other, "kept");
      redis.command("SAVE");
      quick.cut();
      alice.ask("private_message", toBob("lost"));
      awaitPrivate(bob, "lost");
      slow.cut();
      redis.kill();
      redis.restart();
      quick.heal();
      Await.until(
          "the quick server to reach Redis",
          () -> Guest.text(other.ask("my_rooms", "{}"), "type").equals("my_rooms"));
      slow.heal();
      JsonObject reset = bob.await("inbox_reset");
      assertEquals("rolled_back", Guest.text(reset, "reason"));
      JsonObject too = other.await("inbox_reset");
      assertEquals(Guest.text(reset, "epoch"), Guest.text(too, "epoch"));
    }
  }

  private static void awaitPrivate(Guest guest, String text) {
    JsonObject unused = guest.await(text, event -> Guest.text(event, "text").equals(text));
  }

  private static String toBob(String text) {
    return "{\"target_user_id\":\"bob\",\"text\":\"%s\"}".formatted(text);
  }

  private static final class Loss implements AutoCloseable {
    final RedisProcess redis = RedisProcess.start();
    final TestServers servers = TestServers.start(2, Guest.UNLIMITED, RedisStore.on(redis.port()));
    final Guest alice = Guest.connect(servers.get(0).port(), "alice");
    final Guest bob = Guest.connect(servers.get(1).port(), "bob");

    Loss() {
      alice.create("den");
      bob.join("den");
      alice.say("den", "1");
      bob.say("den", "1 too");
      alice.awaitText("1 too"); // so that both servers know where the log ends
    }

    /** Asserts that messages from both reach both and that no gap goes unreported. */
    void assertGoesOn() {
      assertHeardBy("after, by alice", alice.sayUntilStored("den", "after, by alice"));
      assertHeardBy("after, by bob", bob.sayUntilStored("den", "after, by bob"));
      alice.sayUntilStored("den", "again, by alice");
      bob.sayUntilStored("den", "again, by bob");
      for (Guest guest : List.of(alice, bob)) {
        guest.awaitText("again, by alice");
        guest.awaitText("again, by bob");
        assertTrue(guest.isOpen());
        assertContinuous(guest);
      }
    }

    /** Asserts that the message arrived, or a reset told the client to read it. */
    private void assertHeardBy(String text, JsonObject ack) {
      assertTrue(ack.get("seq").getAsLong() > 2, "numbers go on: " + ack);
      for (Guest guest : List.of(alice, bob)) {
        JsonObject unused =
            guest.await(
                text + " or a reset",
                e ->
                    Guest.text(e, "text").equals(text)
                        || (Guest.ofType("room_reset").test(e)
                            && Guest.text(e, "epoch").equals(Guest.text(ack, "epoch"))
                            && e.get("seq").getAsLong() >= ack.get("seq").getAsLong()));
      }
    }

    /** Asserts that a newcomer finds all rooms with members, and all members in them. */
    void assertRoomsAreThere() {
      try (Guest carol = Guest.connect(servers.get(1).port(), "carol")) {
        carol.join("den");
        carol.sayUntilStored("den", "hello");
        alice.awaitText("hello");
        Await.until("all three to be members again", () -> users(carol) == 3);
        String hi = "{\"target_user_id\":\"bob\",\"text\":\"hi\"}";
        Await.until( // the rooms and the users are in different partitions
            "bob to be connected again",
            () -> Guest.text(carol.ask("private_message", hi), "type").endsWith("_sent"));
        JsonObject unused = bob.await("private_message");
      }
    }

    private static int users(Guest guest) {
      return guest.ask("get_room_users", "{\"room\":\"den\"}").getAsJsonArray("users").size();
    }

    /** Asserts that each message follows the one before, or a reset is between them. */
    private static void assertContinuous(Guest guest) {
      String epoch = "";
      long seq = -1;
      for (JsonObject event : guest.heard(Guest.about("den"))) {
        String type = Guest.text(event, "type");
        if (type.equals("room_joined") || type.equals("room_reset")) {
          epoch = Guest.text(event, "epoch");
          seq = event.get("seq").getAsLong();
        } else if (type.equals("chat_message")) {
          assertEquals(epoch, Guest.text(event, "epoch"), event.toString());
          assertEquals(++seq, event.get("seq").getAsLong(), event.toString());
        }
      }
    }

    @Override
    public void close() {
      alice.close();
      bob.close();
      servers.close();
      redis.close();
    }
  }
}
