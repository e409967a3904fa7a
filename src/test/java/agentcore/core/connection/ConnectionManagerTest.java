package agentcore.core.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doThrow;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Member;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Position;
import agentcore.core.backend.Room;
import agentcore.core.message.CloseCode;
import agentcore.core.message.Names;
import agentcore.testkit.Await;
import agentcore.testkit.Connections;
import agentcore.testkit.RecordingWire;
import agentcore.testkit.Together;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Who gets in, into rooms, and out again; and what the store is told of it. In one file, since each
 * test needs the same connections and groups.
 */
class ConnectionManagerTest {
  private static final long SECOND = 1_000_000_000;
  private static final Room ROOM = new Room("r", "id", "alice", true);
  private static final GroupId ID = GroupId.room(ROOM);
  private static final String WILL = "{\"type\":\"user_left\"}";

  private final LossyStore store = new LossyStore(1000);
  private final Map<String, RecordingWire> wires = new HashMap<>();
  private ConnectionManager manager = Connections.manager(store.backend(), Connections.LIMITS);

  private void limits(int perUser, int total, int queueBytes, int queueTotalBytes) {
    manager =
        Connections.manager(
            store.backend(), new ConnectionLimits(perUser, total, queueBytes, queueTotalBytes));
  }

  private Connection connection(String user) {
    RecordingWire wire = new RecordingWire();
    Connection made = manager.newConnection(user, wire);
    wires.put(made.channel(), wire);
    return made;
  }

  private Connection connected(String user) {
    Connection made = connection(user);
    assertEquals(Optional.empty(), manager.connect(made));
    return made;
  }

  private Membership enter(Connection connection) {
    Membership entered =
        manager
            .enter(
                connection,
                ROOM,
                WILL,
                Optional.of(Notice.presence("", "{\"text\":\"+\"}")),
                Optional.empty())
            .orElseThrow();
    connection.done();
    return entered;
  }

  private int count(GroupId group) {
    return store.memory().presence().counts(List.of(group)).getFirst();
  }

  private void assertNothingLeft() {
    Await.until("no group", () -> manager.openGroups() == 0);
    assertEquals(0, manager.registry().size());
    // What a failed connect left behind is undone by another thread, one group after the other.
    List.of(GroupId.all(), ID, GroupId.user("alice"))
        .forEach(group -> Await.until("no member of " + group, () -> count(group) == 0));
  }

  @Test
  void channelsAreUniqueAndSayWhoseTheyAre() {
    Set<String> channels = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      channels.add(connection("älice b").channel());
    }
    assertEquals(1000, channels.size());
    for (String channel : channels) {
      assertEquals(Optional.of("älice b"), Names.userOf(channel));
    }
    assertEquals(Optional.empty(), Names.userOf("alice"));
  }

  @Test
  void whoConnectsIsRegisteredAndWhoDisconnectsLeavesNothingBehind() {
    store.memory().directory().create(ROOM);
    Connection alice = connected("alice");
    Connection again = connected("alice");
    assertEquals(Optional.of(alice), manager.registry().find(alice.channel()));
    assertEquals(2, count(GroupId.user("alice")));
    assertEquals(2, count(GroupId.all()));
    enter(alice);
    assertEquals(2, manager.openGroups());
    manager.disconnect(alice);
    manager.disconnect(alice);
    assertEquals(1, count(GroupId.user("alice")));
    assertEquals(Optional.empty(), manager.registry().find(alice.channel()));
    manager.disconnect(again);
    assertNothingLeft();
  }

  @Test
  void ofManyConnectionsOfAUserOnlySoManyAreLetInHoweverManyComeAtOnce() {
    limits(3, 1000, 1000, 1000);
    List<Connection> all = IntStream.range(0, 16).mapToObj(i -> connection("alice")).toList();
    List<Optional<CloseCode>> refusals = Together.run(16, i -> manager.connect(all.get(i)));
    assertEquals(3, Collections.frequency(refusals, Optional.empty()));
    assertEquals(13, Collections.frequency(refusals, Optional.of(CloseCode.TOO_MANY_CONNECTIONS)));
    assertEquals(3, manager.registry().size());
    assertEquals(3, count(GroupId.user("alice")));
    assertEquals(3, count(GroupId.all()));
    Connection bob = connected("bob");
    all.forEach(manager::disconnect);
    manager.disconnect(bob);
    assertNothingLeft();
  }

  @Test
  void onlySoManyConnectionsAreLetInTogether() {
    limits(1000, 5, 1000, 1000);
    List<Connection> all = IntStream.range(0, 16).mapToObj(i -> connection("u" + i)).toList();
    List<Optional<CloseCode>> refusals = Together.run(16, i -> manager.connect(all.get(i)));
    assertEquals(5, Collections.frequency(refusals, Optional.empty()));
    assertEquals(11, Collections.frequency(refusals, Optional.of(CloseCode.TRY_AGAIN_LATER)));
    assertEquals(5, manager.openGroups());
    all.forEach(manager::disconnect);
    assertNothingLeft();
  }

  @Test
  void aPlaceThatBecameFreeCanBeTaken() {
    limits(1, 1000, 1000, 1000);
    for (int i = 0; i < 10; i++) {
      Connection alice = connected("alice");
      assertEquals(
          Optional.of(CloseCode.TOO_MANY_CONNECTIONS), manager.connect(connection("alice")));
      manager.disconnect(alice);
    }
    assertNothingLeft();
  }

  @Test
  void withoutTheStoreNobodyIsLetInAndNothingIsLeftBehind() {
    doThrow(new BackendException("away")).when(store.log()).subscribe(any(), any());
    assertEquals(Optional.of(CloseCode.TRY_AGAIN_LATER), manager.connect(connection("alice")));
    assertNothingLeft();
  }

  @Test
  void whatAStoreDidBeforeItFailedIsUndone() {
    doAnswer(
            call -> {
              store
                  .memory()
                  .presence()
                  .join(
                      call.getArgument(0),
                      call.getArgument(1),
                      call.getArgument(2),
                      call.getArgument(3));
              throw new BackendException("away, but it was done");
            })
        .when(store.presence())
        .join(eq(GroupId.user("alice")), any(), anyInt(), any());
    assertEquals(Optional.of(CloseCode.TRY_AGAIN_LATER), manager.connect(connection("alice")));
    assertNothingLeft();
  }

  @Test
  void aMessageToAUserReachesAllConnectionsOfThatUser() {
    Connection alice = connected("alice");
    store
        .backend()
        .presence()
        .broadcast(GroupId.user("alice"), Notice.everyone("{\"text\":\"psst\"}"));
    assertEquals(List.of("{\"text\":\"psst\"}"), texts(alice, 1));
    Connection second = connected("alice");
    store.backend().presence().broadcast(GroupId.user("alice"), Notice.one(second.channel(), "{}"));
    assertEquals(List.of("{}"), texts(second, 1));
    assertEquals(1, texts(alice, 1).size());
  }

  /** Returns what a connection of this test was sent, once there is so much. */
  private List<String> texts(Connection connection, int count) {
    RecordingWire wire = wires.get(connection.channel());
    Await.until(count + " texts", () -> wire.texts().size() >= count);
    return wire.texts();
  }

  @Test
  void aRoomThatIsNoMoreIsNotEnteredAndNothingIsLeftBehind() {
    Connection alice = connected("alice");
    assertEquals(
        Optional.empty(), manager.enter(alice, ROOM, WILL, Optional.empty(), Optional.empty()));
    assertEquals(List.of(), alice.memberships().values().stream().toList());
    assertEquals(1, manager.openGroups());
    manager.disconnect(alice);
    assertNothingLeft();
  }

  @Test
  void aRoomThatCannotBeOpenedLeavesNothingBehind() {
    store.memory().directory().create(ROOM);
    Connection alice = connected("alice");
    doThrow(new BackendException("away")).when(store.log()).open(any(), any());
    assertThrows(
        BackendException.class,
        () -> manager.enter(alice, ROOM, WILL, Optional.empty(), Optional.empty()));
    assertEquals(1, manager.openGroups());
    manager.disconnect(alice);
    assertNothingLeft();
  }

  @Test
  void whatWasSubscribedWhenOpeningFailedIsNotHeardTwiceAfterwards() {
    store.memory().directory().create(ROOM);
    Connection alice = connected("alice");
    Connection bob = connected("bob");
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
  void theOthersAreToldTheWillOfWhoeverIsLost() {
    store.memory().directory().create(ROOM);
    Connection alice = connected("alice");
    Connection bob = connected("bob");
    enter(alice);
    enter(bob);
    manager.disconnect(bob);
    List<String> heard = texts(alice, 2);
    assertEquals("{\"text\":\"+\"}", heard.getFirst());
    assertTrue(heard.getLast().startsWith("{\"type\":\"user_left\",\"timestamp\":"));
  }

  @Test
  void whatHappensInARoomWhileItIsEnteredComesAfterTheReplies() {
    store.memory().directory().create(ROOM);
    Connection bob = connected("bob");
    assertTrue(manager.enter(bob, ROOM, WILL, Optional.empty(), Optional.empty()).isPresent());
    store.backend().presence().broadcast(ID, Notice.everyone("{\"text\":\"event\"}"));
    bob.reply(Frame.text("{\"text\":\"reply\"}"));
    assertEquals(List.of("{\"text\":\"reply\"}"), texts(bob, 1));
    bob.done();
    assertEquals(List.of("{\"text\":\"reply\"}", "{\"text\":\"event\"}"), texts(bob, 2));
  }

  @Test
  void whoIsEvictedIsOutAndTheGroupEndsWithTheLast() {
    store.memory().directory().create(ROOM);
    Connection bob = connected("bob");
    Membership membership = enter(bob);
    store
        .backend()
        .presence()
        .leave(ID, membership.member(), Optional.of(Notice.evict(membership.member(), "", "{}")));
    Await.until("out", () -> bob.membership("r").isEmpty());
    assertEquals(List.of("{}"), texts(bob, 1));
    assertFalse(manager.leave(bob, membership, Optional.empty()));
    Await.until("the group is closed", () -> manager.openGroups() == 1);
    manager.disconnect(bob);
    assertNothingLeft();
  }

  @Test
  void lateEvictionLeavesANewerMembershipAlone() {
    store.memory().directory().create(ROOM);
    Connection bob = connected("bob");
    Membership first = enter(bob);
    assertTrue(manager.leave(bob, first, Optional.empty()));
    Membership second = enter(bob);
    Notice eviction = Notice.evict(first.member(), "", "{\"text\":\"late\"}");
    // The command comes too late for the store, and the news of an earlier one for the server.
    assertFalse(store.backend().presence().leave(ID, first.member(), Optional.of(eviction)));
    store.backend().presence().broadcast(ID, eviction);
    Await.until("the news", () -> texts(bob, 1).equals(List.of("{\"text\":\"late\"}")));
    assertEquals(Optional.of(second), bob.membership("r"));
    assertEquals(List.of(second.member()), store.memory().presence().members(ID, 10));
    assertTrue(manager.leave(bob, second, Optional.empty()));
    manager.disconnect(bob);
    assertNothingLeft();
  }

  @Test
  void evictionsAndLeavesAtOnceLeaveNothingBehind() {
    store.memory().directory().create(ROOM);
    for (int round = 0; round < 30; round++) {
      Connection bob = connected("bob");
      Membership membership = enter(bob);
      Together.run(
          3,
          thread -> {
            switch (thread) {
              case 0 -> manager.leave(bob, membership, Optional.empty());
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
  void whoseOutboxIsFullIsClosedAndTheOthersKeepHearing() {
    limits(10, 10, 1000, 1_000_000);
    store.memory().directory().create(ROOM);
    Connection slow = connected("slow");
    Connection fine = connected("fine");
    enter(slow);
    enter(fine);
    wires.get(slow.channel()).block();
    for (int i = 0; i < 10; i++) {
      store
          .backend()
          .presence()
          .broadcast(ID, Notice.everyone("{\"text\":\"" + "x".repeat(300) + "\"}"));
      int heard = 1 + i;
      Await.until("the others", () -> wires.get(fine.channel()).texts().size() >= heard);
    }
    Await.until("closed", () -> closed(slow).equals(Optional.of(CloseCode.TOO_SLOW)));
    assertEquals(Optional.empty(), closed(fine));
    assertEquals(0, slow.pendingBytes());
  }

  private Optional<CloseCode> closed(Connection connection) {
    return wires.get(connection.channel()).closed();
  }

  @Test
  void whenTooMuchWaitsInAllTheFullestIsClosed() {
    limits(100, 100, 100_000, 200_000);
    List<Connection> slow = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Connection each = connected("slow" + i);
      RecordingWire wire = wires.get(each.channel()).block();
      each.offer(new byte[1]);
      Await.until("stuck", wire::isWriting);
      slow.add(each);
    }
    slow.get(2).offer(new byte[90_000]);
    for (int i : List.of(0, 1, 3)) {
      slow.get(i).offer(new byte[50_000 - 1000 * i]);
    }
    Await.until("one is closed", () -> slow.stream().anyMatch(c -> closed(c).isPresent()));
    Await.until("enough is free", () -> totalQueued(slow) <= 200_000);
    assertEquals(Optional.of(CloseCode.TOO_SLOW), closed(slow.get(2)), "the fullest");
    assertEquals(50_001, slow.getFirst().queuedBytes());
    assertEquals(Optional.empty(), closed(slow.getLast()), "the emptiest");
    slow.forEach(c -> wires.get(c.channel()).unblock());
  }

  @Test
  void whoReadsDoesNotPayForThoseWhoDoNot() {
    limits(100, 100, 200_000, 200_000);
    List<Connection> stuck = List.of(connected("stuck"), connected("stuck too"));
    for (Connection each : stuck) {
      RecordingWire wire = wires.get(each.channel()).block();
      each.offer(new byte[1]);
      Await.until("stuck", wire::isWriting);
      each.offer(new byte[60_000]);
    }
    Await.until("stuck for long", () -> stuck.stream().allMatch(each -> each.isStuck(SECOND)));
    Connection busy = connected("busy");
    RecordingWire wire = wires.get(busy.channel()).block();
    busy.offer(new byte[1]);
    Await.until("writing", wire::isWriting);
    busy.offer(new byte[90_000]);
    Await.until("one is closed", () -> stuck.stream().anyMatch(c -> closed(c).isPresent()));
    assertEquals(Optional.empty(), closed(busy), "the fullest");
    List.of(stuck.get(0), stuck.get(1), busy).forEach(c -> wires.get(c.channel()).unblock());
  }

  /** Whoever ends it and who begins a request may each take the other for the one that closes. */
  @Test
  void aRequestThatBeginsWhileTheEndIsComingClosesTheConnectionItself() {
    Connection alice = connected("alice");
    assertTrue(alice.begin());
    alice.closeWhenDone(CloseCode.SERVICE_RESTART);
    assertEquals(Optional.empty(), closed(alice), "a request is being handled");
    assertFalse(alice.begin());
    alice.done();
    assertEquals(Optional.of(CloseCode.SERVICE_RESTART), closed(alice));
  }

  private static long totalQueued(List<Connection> connections) {
    return connections.stream().mapToLong(Connection::queuedBytes).sum();
  }

  /** News is late here; on the server that bob comes from it was not. */
  @Test
  void whoHasSeenMoreThanTheMembersHereEntersBehindIt() {
    store.memory().directory().create(ROOM);
    Connection alice = connected("alice");
    Position entered = enter(alice).entered();
    store.news((to, entry, previous) -> {});
    Position seen = entered;
    for (int i = 1; i <= 3; i++) {
      String text = "{\"text\":\"" + i + "\"}";
      seen = store.memory().log().publish(ID, seen, "id-" + i, text, Optional.empty()).position();
    }
    Membership bob =
        manager
            .enter(connected("bob"), ROOM, WILL, Optional.empty(), Optional.of(seen))
            .orElseThrow();
    assertEquals(seen, bob.entered());
    Await.until(
        "alice to be told",
        () ->
            wires.get(alice.channel()).texts().stream().filter(t -> t.contains("id-")).count()
                == 3);
  }

  @Test
  void membersSeeTheWillThatTheStoreKeepsForThem() {
    store.memory().directory().create(ROOM);
    Connection alice = connected("alice");
    enter(alice);
    Membership membership = alice.membership("r").orElseThrow();
    assertEquals(
        "{\"type\":\"user_left\",\"timestamp\":" + Member.REMOVAL_TIME + "}",
        membership.member().will());
    assertEquals(List.of(membership.member()), store.memory().presence().members(ID, 10));
    assertTrue(manager.leave(alice, membership, Optional.empty()));
    assertEquals(0, count(ID));
  }
}
