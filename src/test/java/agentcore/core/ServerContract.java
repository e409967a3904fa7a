package agentcore.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.backend.Directory.CreateResult;
import agentcore.core.backend.Log.PublishResult.Outcome;
import agentcore.core.backend.Member;
import agentcore.core.consumer.RoomEvent;
import agentcore.core.consumer.RoomListener;
import agentcore.core.message.CloseCode;
import agentcore.core.message.Event;
import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.SharedStore;
import agentcore.testkit.TestServers;
import agentcore.testkit.Together;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a program does with its server from Java, on two servers that share a store. */
abstract class ServerContract {
  private static final int EVENTS = 300;

  private final TestServers servers =
      TestServers.start(
          2,
          Map.of("HISTORY_SIZE", "1000", "PRESENCE_EVENTS_LIMIT", "0", "DEFAULT_ROOM", "lobby"),
          stores());

  private final AgentCore here = servers.get(0).core();
  private final AgentCore there = servers.get(1).core();

  /** Returns the kind of store. */
  abstract SharedStore.Factory stores();

  @AfterEach
  void stop() {
    servers.close();
  }

  private static Event number(long number) {
    return Event.of("number").with("number", number);
  }

  private static List<Event.Json> history(AgentCore server, String room) {
    return server.room(room).history(Long.MAX_VALUE, 1000, 1 << 20, history -> history.events());
  }

  @Test
  void publishedEventReachesTheMembersOfAllServersAndIsMarked() {
    try (RawClient alice = servers.get(0).welcomed("alice");
        RawClient bob = servers.get(1).welcomed("bob")) {
      var stored = here.room("lobby").publish(number(7));
      assertEquals(Outcome.APPENDED, stored.outcome());
      for (RawClient client : List.of(alice, bob)) {
        JsonObject event = client.nextJson("number");
        assertEquals(7, event.get("number").getAsInt());
        assertTrue(event.get("server").getAsBoolean());
        assertTrue(event.has("timestamp"));
        assertEquals(stored.position().seq(), event.get("seq").getAsLong());
        assertEquals(stored.position().id(), event.get("message_id").getAsString());
      }
      alice.send("{\"type\":\"chat_message\",\"data\":{\"room\":\"lobby\",\"text\":\"x\"}}");
      assertFalse(bob.nextJson("chat_message").has("server"));
    }
  }

  @Test
  void publishNeedsNoMember() {
    assertEquals(CreateResult.CREATED, here.create("den", false));
    assertEquals(1, there.room("den").publish(number(1)).position().seq());
    assertEquals(2, here.room("den").publish(number(2)).position().seq());
    assertEquals(2, history(there, "den").size());
    assertTrue(history(there, "den").getFirst().text().contains("\"number\":1"));
  }

  @Test
  void retryIsStoredOnceAndAnotherEventWithItsKeyIsNot() {
    here.create("den", true);
    var first = here.room("den").publish(number(1), "key");
    var retry = there.room("den").publish(number(1), "key");
    var other = there.room("den").publish(number(2), "key");
    assertEquals(Outcome.APPENDED, first.outcome());
    assertEquals(Outcome.DUPLICATE, retry.outcome());
    assertEquals(Outcome.CONFLICT, other.outcome());
    assertEquals(first.position(), retry.position());
    assertEquals(1, history(here, "den").size());
  }

  @Test
  void roomsAreCreatedListedAndDeleted() {
    here.create("den", false);
    assertEquals(CreateResult.EXISTS, there.create("den", true));
    assertEquals(List.of("den"), there.rooms().stream().map(room -> room.name()).toList());
    assertFalse(there.room("den").find().orElseThrow().isPublic());
    assertTrue(there.room("den").delete());
    assertEquals(List.of(), here.rooms());
    assertThrows(NoSuchElementException.class, () -> here.room("den").delete());
  }

  @Test
  void roomWithMembersIsNotDeleted() {
    try (RawClient alice = servers.get(1).welcomed("alice")) {
      assertFalse(here.room("lobby").delete());
      List<Member> members = here.room("lobby").members(10);
      assertEquals(List.of("alice"), members.stream().map(Member::user).toList());
      alice.expectSilence();
    }
  }

  @Test
  void roomThatDoesNotExistIsAnError() {
    ServerRoom none = here.room("none");
    assertTrue(none.find().isEmpty());
    assertThrows(NoSuchElementException.class, () -> none.publish(number(1)));
    assertThrows(NoSuchElementException.class, () -> none.members(1));
    assertThrows(NoSuchElementException.class, () -> none.subscribe(event -> {}));
  }

  /** Records what it receives. */
  private static class Recorder implements RoomListener {
    final List<RoomEvent> events = new CopyOnWriteArrayList<>();
    final List<String> resets = new CopyOnWriteArrayList<>();

    @Override
    public void receive(RoomEvent event) {
      events.add(event);
    }

    @Override
    public void reset(String reason) {
      resets.add(reason);
    }

    void await(int count) {
      Await.until(count + " events", () -> events.size() >= count);
    }

    List<Long> seqs() {
      return events.stream().map(event -> event.position().seq()).toList();
    }
  }

  private static List<Long> upTo(long last) {
    return LongStream.rangeClosed(1, last).boxed().toList();
  }

  private static void publish(AgentCore server, String room, int count) {
    for (int i = 0; i < count; i++) {
      server.room(room).publish(number(i));
    }
  }

  @Test
  void listenerReceivesAllEventsOfAllServersInOrder() {
    here.create("den", true);
    Recorder recorder = new Recorder();
    try (var subscription = here.room("den").subscribe(recorder)) {
      var unused =
          Together.run(
              4,
              index -> {
                publish(servers.get(index).core(), "den", EVENTS / 4);
                return true;
              });
      recorder.await(EVENTS);
      assertEquals(upTo(EVENTS), recorder.seqs());
      assertEquals("number", recorder.events.getFirst().type());
      assertTrue(recorder.events.getFirst().isFromServer());
      assertTrue(recorder.events.getFirst().json().text().contains("\"seq\":1,"));
      assertEquals(List.of(), recorder.resets);
      assertTrue(subscription != null);
    }
  }

  @Test
  void blockedListenerDelaysNobodyAndMissesNothing() {
    CountDownLatch goOn = new CountDownLatch(1);
    Recorder blocked =
        new Recorder() {
          @Override
          public void receive(RoomEvent event) {
            try {
              goOn.await();
            } catch (InterruptedException stop) {
              Thread.currentThread().interrupt();
            }
            super.receive(event);
          }
        };
    here.create("lobby", true);
    try (RawClient alice = servers.get(0).welcomed("alice");
        var subscription = here.room("lobby").subscribe(blocked)) {
      Recorder other = new Recorder();
      try (var second = here.room("lobby").subscribe(other)) {
        publish(there, "lobby", EVENTS);
        for (int i = 0; i < EVENTS; i++) {
          assertEquals(i, alice.nextJson("number").get("number").getAsInt());
        }
        other.await(EVENTS);
        assertEquals(List.of(), blocked.events);
        assertTrue(second != null && subscription != null);
      }
      goOn.countDown();
      blocked.await(EVENTS);
      assertEquals(upTo(EVENTS), blocked.seqs());
    } finally {
      goOn.countDown();
    }
  }

  @Test
  void listenerThatFellBehindTheLogIsTold() {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Recorder slow =
        new Recorder() {
          @Override
          public void receive(RoomEvent event) {
            started.countDown();
            try {
              goOn.await();
            } catch (InterruptedException stop) {
              Thread.currentThread().interrupt();
            }
            super.receive(event);
          }
        };
    here.create("den", true);
    try (var subscription = here.room("den").subscribe(slow)) {
      publish(here, "den", 1);
      Await.until("the first", () -> started.getCount() == 0);
      publish(here, "den", 1500);
      goOn.countDown();
      Await.until("a reset", () -> !slow.resets.isEmpty());
      assertEquals(List.of("trimmed"), slow.resets);
      publish(there, "den", 1);
      Await.until("the newest", () -> slow.events.getLast().position().seq() == 1502);
      assertTrue(subscription != null);
    } finally {
      goOn.countDown();
    }
  }

  @Test
  void failingListenerReceivesTheNextEvent() {
    here.create("den", true);
    Recorder failing =
        new Recorder() {
          @Override
          public void receive(RoomEvent event) {
            super.receive(event);
            throw new IllegalStateException("a test's defect");
          }
        };
    try (var subscription = here.room("den").subscribe(failing)) {
      publish(here, "den", 3);
      failing.await(3);
      assertEquals(upTo(3), failing.seqs());
      assertTrue(subscription != null);
    }
  }

  @Test
  void closedSubscriptionReceivesNothing() {
    here.create("den", true);
    Recorder closed = new Recorder();
    Recorder open = new Recorder();
    here.room("den").subscribe(closed).close();
    try (var subscription = here.room("den").subscribe(open)) {
      publish(there, "den", 5);
      open.await(5);
      assertEquals(List.of(), closed.events);
      assertTrue(subscription != null);
    }
  }

  @Test
  void listenerFollowsTheNameOfTheRoom() {
    here.create("den", true);
    Recorder recorder = new Recorder();
    try (var subscription = here.room("den").subscribe(recorder)) {
      publish(here, "den", 2);
      recorder.await(2);
      assertTrue(there.room("den").delete());
      there.create("den", true);
      publish(there, "den", 3);
      recorder.await(5);
      assertEquals(List.of(1L, 2L, 1L, 2L, 3L), recorder.seqs());
      assertEquals(List.of("lost"), recorder.resets);
      assertTrue(subscription != null);
    }
  }

  @Test
  void listenerThatLooksWhileItsRoomIsGoneIsToldOnceWhenThereIsAnother() {
    here.create("den", true);
    Recorder recorder = new Recorder();
    try (var subscription = here.room("den").subscribe(recorder)) {
      publish(here, "den", 1);
      recorder.await(1);
      assertTrue(there.room("den").delete());
      assertTrue(here.room("den").find().isEmpty(), "a listener is no member");
      for (int i = 0; i < 20; i++) {
        here.manager().compareGroups();
        LockSupport.parkNanos(5_000_000); // it may look each time, or miss some
      }
      assertEquals(List.of(), recorder.resets);
      there.create("den", true);
      publish(there, "den", 1);
      here.manager().compareGroups();
      recorder.await(2);
      assertEquals(List.of("lost"), recorder.resets);
      assertEquals(List.of(1L, 1L), recorder.seqs());
      assertTrue(subscription != null);
    }
  }

  @Test
  void userIsRemovedFromARoomOfAnotherServer() {
    try (RawClient alice = servers.get(0).welcomed("alice");
        RawClient bob = servers.get(1).welcomed("bob")) {
      int removed =
          here.room("lobby")
              .remove("bob", member -> Event.of("gone").with("user_id", member.channel()));
      assertEquals(1, removed);
      String channel = alice.nextJson("gone").get("user_id").getAsString();
      assertTrue(channel.startsWith("bob/"), channel);
      bob.nextJson("gone");
      assertEquals(1, here.room("lobby").members(10).size());
      assertEquals(0, here.room("lobby").remove("bob", member -> Event.of("gone")));
      here.room("lobby").publish(number(1));
      alice.nextJson("number");
      bob.expectSilence();
    }
  }

  @Test
  void eventIsSentToAllConnectionsOfAUser() {
    try (RawClient one = servers.get(0).welcomed("alice");
        RawClient two = servers.get(1).welcomed("alice");
        RawClient bob = servers.get(1).welcomed("bob")) {
      assertEquals(2, here.user("alice").connections().size());
      assertEquals(2, here.user("alice").send(number(1)));
      assertTrue(one.nextJson("number").get("server").getAsBoolean());
      two.nextJson("number");
      bob.expectSilence();
      assertEquals(0, here.user("nobody").send(number(1)));
      assertTrue(here.user("nobody").lastSeen().isEmpty());
      assertTrue(here.user("alice").lastSeen().isPresent());
    }
  }

  @Test
  void eventForAUserWhoIsAwayIsStoredOnceAndReceivedLater() {
    servers.get(0).welcomed("alice").close();
    assertEquals(Outcome.APPENDED, here.user("alice").publish(number(1), "key").outcome());
    assertEquals(Outcome.DUPLICATE, there.user("alice").publish(number(1), "key").outcome());
    assertEquals(Outcome.CONFLICT, there.user("alice").publish(number(2), "key").outcome());
    try (RawClient alice = RawClient.connect(servers.get(1).port(), "/ws/alice?inbox_since=0")) {
      assertEquals(1, alice.nextJson("number").get("seq").getAsLong());
      assertEquals(2, here.user("alice").publish(number(2)).position().seq());
      assertTrue(alice.nextJson("number").get("server").getAsBoolean());
      alice.expectSilence();
    }
  }

  @Test
  void userIsDisconnectedOnAllServers() {
    CloseCode code = new CloseCode(4999, "out with you: 1 2");
    try (RawClient one = servers.get(0).welcomed("alice");
        RawClient two = servers.get(1).welcomed("alice");
        RawClient bob = servers.get(1).welcomed("bob")) {
      assertEquals(2, here.user("alice").disconnect(code));
      assertEquals(new RawClient.Closed(4999, code.reason()), one.awaitClose());
      assertEquals(new RawClient.Closed(4999, code.reason()), two.awaitClose());
      bob.expectSilence();
      Await.until("she left", () -> here.user("alice").connections().isEmpty());
      assertEquals(1, here.room("lobby").members(10).size());
    }
    assertThrows(
        IllegalArgumentException.class, () -> here.user("bob").disconnect(CloseCode.ABNORMAL));
    assertThrows(IllegalArgumentException.class, () -> here.user("a/b"));
  }
}
