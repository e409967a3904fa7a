package agentcore.core.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doThrow;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.Draft;
import agentcore.core.backend.Member;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Position;
import agentcore.core.connection.Frame;
import agentcore.core.message.CloseCode;
import agentcore.testkit.Await;
import agentcore.testkit.Together;
import com.google.gson.JsonParser;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Connections enter and leave rooms, and the store knows it. */
class ConnectionManagerTest extends ManagerFixture {
  private GroupMembership enter(Memberships memberships) {
    GroupMembership entered =
        manager
            .enter(
                memberships,
                ROOM,
                WILL,
                Optional.of(Notice.presence("", "{\"text\":\"+\"}")),
                Optional.empty())
            .orElseThrow();
    memberships.connection().done();
    return entered;
  }

  @Test
  void deletedRoomCannotBeEnteredAndNothingIsLeftBehind() {
    Memberships alice = connected("alice");
    assertEquals(
        Optional.empty(), manager.enter(alice, ROOM, WILL, Optional.empty(), Optional.empty()));
    assertEquals(Set.of(), alice.roomNames());
    assertEquals(0, GroupInternals.size(manager));
    assertEquals(1, store.subscriptions(), "that of the connection");
    manager.disconnect(alice);
    assertNothingLeft();
  }

  @Test
  void roomThatCannotBeOpenedLeavesNothingBehind() {
    store.memory().directory().create(ROOM);
    Memberships alice = connected("alice");
    doThrow(new BackendException("away")).when(store.log()).open(any(), any());
    assertThrows(
        BackendException.class,
        () -> manager.enter(alice, ROOM, WILL, Optional.empty(), Optional.empty()));
    assertEquals(0, GroupInternals.size(manager));
    assertEquals(1, store.subscriptions(), "that of the connection");
    manager.disconnect(alice);
    assertNothingLeft();
  }

  @Test
  void failedOpeningLeavesNoSecondSubscription() {
    store.memory().directory().create(ROOM);
    Memberships alice = connected("alice");
    Memberships bob = connected("bob");
    CountDownLatch bobComes = new CountDownLatch(1);
    AtomicInteger calls = new AtomicInteger();
    doAnswer(
            call -> {
              if (calls.incrementAndGet() == 1) {
                bobComes.await();
                throw new BackendException("away");
              }
              return store.memory().log().open(call.getArgument(0), call.getArgument(1));
            })
        .when(store.log())
        .open(any(), any());
    Together.run(
        2,
        thread -> {
          if (thread == 0) {
            assertThrows(
                BackendException.class,
                () -> manager.enter(alice, ROOM, WILL, Optional.empty(), Optional.empty()));
          } else {
            Await.until("alice is opening", () -> calls.get() == 1);
            Thread opener = Thread.ofPlatform().start(() -> enter(bob));
            Await.until("bob waits", () -> opener.getState() == Thread.State.WAITING);
            bobComes.countDown();
            opener.join();
          }
          return 0;
        });
    store.backend().presence().broadcast(ID, Notice.everyone("{\"text\":\"once\"}"));
    store.backend().presence().broadcast(ID, Notice.everyone("{\"text\":\"end\"}"));
    Await.until("the end", () -> texts(bob, 1).contains("{\"text\":\"end\"}"));
    assertEquals(1, Collections.frequency(texts(bob, 1), "{\"text\":\"once\"}"));
  }

  @Test
  void willWithoutFieldsIsAnnouncedAsValidJson() {
    store.memory().directory().create(ROOM);
    Memberships alice = connected("alice");
    Memberships bob = connected("bob");
    enter(alice);
    assertTrue(manager.enter(bob, ROOM, "{}", Optional.empty(), Optional.empty()).isPresent());
    manager.disconnect(bob);
    String received = texts(alice, 1).getLast();
    assertTrue(JsonParser.parseString(received).getAsJsonObject().has("timestamp"), received);
  }

  @Test
  void disconnectAnnouncesTheWillToTheOtherMembers() {
    store.memory().directory().create(ROOM);
    Memberships alice = connected("alice");
    Memberships bob = connected("bob");
    enter(alice);
    enter(bob);
    manager.disconnect(bob);
    List<String> received = texts(alice, 2);
    assertEquals("{\"text\":\"+\"}", received.getFirst());
    assertTrue(received.getLast().startsWith("{\"type\":\"user_left\",\"timestamp\":"));
  }

  @Test
  void eventsDuringEnteringFollowTheReplies() {
    store.memory().directory().create(ROOM);
    Memberships bob = connected("bob");
    assertTrue(manager.enter(bob, ROOM, WILL, Optional.empty(), Optional.empty()).isPresent());
    store.backend().presence().broadcast(ID, Notice.everyone("{\"text\":\"event\"}"));
    bob.connection().reply(Frame.text("{\"text\":\"reply\"}"));
    assertEquals(List.of("{\"text\":\"reply\"}"), texts(bob, 1));
    bob.connection().done();
    assertEquals(List.of("{\"text\":\"reply\"}", "{\"text\":\"event\"}"), texts(bob, 2));
  }

  @Test
  void evictionEndsTheMembershipAndTheLastOneClosesTheGroup() {
    store.memory().directory().create(ROOM);
    Memberships bob = connected("bob");
    GroupMembership membership = enter(bob);
    store
        .backend()
        .presence()
        .leave(ID, membership.member(), Optional.of(Notice.evict(membership.member(), "", "{}")));
    Await.until("out", () -> bob.find("r").isEmpty());
    assertEquals(List.of("{}"), texts(bob, 1));
    assertFalse(manager.leave(membership, Optional.empty()));
    Await.until("the group is closed", () -> GroupInternals.size(manager) == 0);
    manager.disconnect(bob);
    assertNothingLeft();
  }

  @Test
  void lateEvictionDoesNotAffectANewerMembership() {
    store.memory().directory().create(ROOM);
    Memberships bob = connected("bob");
    GroupMembership first = enter(bob);
    assertTrue(manager.leave(first, Optional.empty()));
    GroupMembership second = enter(bob);
    Notice eviction = Notice.evict(first.member(), "", "{\"text\":\"late\"}");
    // The command comes too late for the store, and the news of an earlier one for the server.
    assertFalse(store.backend().presence().leave(ID, first.member(), Optional.of(eviction)));
    store.backend().presence().broadcast(ID, eviction);
    Await.until("the news", () -> texts(bob, 1).equals(List.of("{\"text\":\"late\"}")));
    assertEquals(Optional.of(second), bob.find("r"));
    assertEquals(List.of(second.member()), store.memory().presence().members(ID, 10));
    assertTrue(manager.leave(second, Optional.empty()));
    manager.disconnect(bob);
    assertNothingLeft();
  }

  @Test
  void concurrentEvictionsAndLeavesLeaveNothingBehind() {
    store.memory().directory().create(ROOM);
    for (int round = 0; round < 30; round++) {
      Memberships bob = connected("bob");
      GroupMembership membership = enter(bob);
      Together.run(
          3,
          thread -> {
            switch (thread) {
              case 0 -> manager.leave(membership, Optional.empty());
              case 1 -> manager.disconnect(bob);
              default ->
                  store
                      .backend()
                      .presence()
                      .leave(
                          ID,
                          membership.member(),
                          Optional.of(Notice.evict(membership.member(), "", "{}")));
            }
            return 0;
          });
      assertNothingLeft();
    }
  }

  @Test
  void slowMemberIsClosedAndOthersKeepReceiving() {
    limits(10, 10, 1000, 1_000_000);
    store.memory().directory().create(ROOM);
    Memberships slow = connected("slow");
    Memberships fine = connected("fine");
    enter(slow);
    enter(fine);
    wire(slow).block();
    for (int i = 0; i < 10; i++) {
      store
          .backend()
          .presence()
          .broadcast(ID, Notice.everyone("{\"text\":\"" + "x".repeat(300) + "\"}"));
      int received = 1 + i;
      Await.until("the others", () -> wire(fine).texts().size() >= received);
    }
    Await.until("closed", slow.connection()::hasEnded);
    assertFalse(fine.connection().hasEnded());
    assertEquals(0, slow.connection().pendingBytes());
    wire(slow).unblock();
    Await.until("a reason", () -> wire(slow).closed().equals(Optional.of(CloseCode.TOO_SLOW)));
  }

  /** The news is late here, and was not on the server that bob comes from. */
  @Test
  void clientThatHasSeenMoreThanTheMembersHereEntersBehindIt() {
    store.memory().directory().create(ROOM);
    Memberships alice = connected("alice");
    Position entered = enter(alice).entered();
    store.news((to, entry, previous) -> {});
    Position seen = entered;
    for (int i = 1; i <= 3; i++) {
      String text = "{\"text\":\"" + i + "\"}";
      seen =
          store
              .memory()
              .log()
              .publish(ID, seen, new Draft("id-" + i, text), Optional.empty())
              .position();
    }
    GroupMembership bob =
        manager
            .enter(connected("bob"), ROOM, WILL, Optional.empty(), Optional.of(seen))
            .orElseThrow();
    assertEquals(seen, bob.entered());
    Await.until(
        "alice to receive them",
        () -> wire(alice).texts().stream().filter(t -> t.contains("id-")).count() == 3);
  }

  @Test
  void membershipHasTheWillThatTheStoreKeeps() {
    store.memory().directory().create(ROOM);
    Memberships alice = connected("alice");
    enter(alice);
    GroupMembership membership = alice.find("r").orElseThrow();
    assertEquals(
        "{\"type\":\"user_left\",\"timestamp\":" + Member.REMOVAL_TIME + "}",
        membership.member().will());
    assertEquals(List.of(membership.member()), store.memory().presence().members(ID, 10));
    assertTrue(manager.leave(membership, Optional.empty()));
    assertEquals(0, count(ID));
  }
}
