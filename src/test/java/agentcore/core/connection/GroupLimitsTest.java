package agentcore.core.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Position;
import agentcore.core.backend.PublishResult;
import agentcore.core.backend.Room;
import agentcore.core.message.CloseCode;
import agentcore.testkit.Await;
import agentcore.testkit.Connections;
import agentcore.testkit.RecordingWire;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a group does at once is bounded, and so is what waits for it. */
class GroupLimitsTest {
  private static final Room ROOM = new Room("r", "id", "alice", true);
  private static final GroupId ID = GroupId.room(ROOM);
  private static final Duration LONG = Await.DEADLINE.multipliedBy(6);

  private final LossyStore store = new LossyStore(100_000);
  private final ConnectionManager manager =
      Connections.manager(
          store.backend(), new ConnectionLimits(100_000, 100_000, 100_000_000, 1_000_000_000));

  private Connection member(RecordingWire wire, Room room) {
    store.memory().directory().create(room);
    Connection connection = manager.newConnection("alice", wire);
    assertEquals(Optional.empty(), manager.connect(connection));
    assertTrue(
        manager.enter(connection, room, "{}", Optional.empty(), Optional.empty()).isPresent());
    connection.done();
    return connection;
  }

  private static Group group(Connection member) {
    return member.memberships().values().iterator().next().group();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aFloodOfHintsThatIsFasterThanTheLockHolderIsReadFromTheLog() {
    RecordingWire wire = new RecordingWire();
    Group group = group(member(wire, ROOM));
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch mayRead = new CountDownLatch(1);
    store.beforeRead(
        () -> {
          reading.countDown();
          awaitQuietly(mayRead);
        });
    group.onGap();
    awaitQuietly(reading);
    String text = "{\"text\":\"" + "x".repeat(10_000) + "\"}";
    int many = (int) (5 * Inbox.MAX_BYTES / 10_000);
    IntStream.range(0, many).forEach(i -> publish(ID, group.position(), text));
    mayRead.countDown();
    Await.until("everything to be told", LONG, () -> wire.texts().size() == many);
    assertEquals(many, group.position().seq());
  }

  @Test
  void whoseMembersMissWhatIsInNoLogAreClosedAndComeBack() {
    RecordingWire wire = new RecordingWire();
    Group group = group(member(wire, ROOM));
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch mayRead = new CountDownLatch(1);
    store.beforeRead(
        () -> {
          reading.countDown();
          awaitQuietly(mayRead);
        });
    group.onGap();
    awaitQuietly(reading);
    String text = "{\"text\":\"" + "x".repeat(100_000) + "\"}";
    for (int i = 0; i <= 2 * Inbox.MAX_URGENT_BYTES / 100_000; i++) {
      group.onNotice(Notice.everyone(text));
    }
    mayRead.countDown();
    Await.until(
        "the close", LONG, () -> wire.closed().equals(Optional.of(CloseCode.TRY_AGAIN_LATER)));
  }

  private PublishResult publish(GroupId id, Position known, String text) {
    return store
        .backend()
        .log()
        .publish(id, known, "id-" + System.nanoTime(), text, Optional.empty());
  }

  /** As after a cut of Redis: all groups are told to look at the same moment. */
  @Test
  void ofManyGroupsThatHealOnlySoManyAskTheStoreAtOnceAndAllHealInTheEnd() {
    int groups = 3_000;
    List<Connection> members = new ArrayList<>();
    RecordingWire wire = new RecordingWire();
    for (int i = 0; i < groups; i++) {
      members.add(crowd(wire, i));
    }
    List<Group> all = members.stream().map(GroupLimitsTest::group).toList();
    store.news((to, entry, previous) -> {});
    all.forEach(each -> publish(each.id(), each.position(), "{\"type\":\"x\"}"));
    AtomicInteger reading = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger reads = new AtomicInteger();
    Semaphore gate = new Semaphore(0);
    store.beforeRead(
        () -> {
          most.accumulateAndGet(reading.incrementAndGet(), Math::max);
          gate.acquireUninterruptibly();
          reading.decrementAndGet();
          if (reads.incrementAndGet() % 500 == 0) {
            throw new BackendException("away for a moment");
          }
        });
    all.forEach(Group::onGap);
    Await.until(
        "the healers to be busy", LONG, () -> reading.get() == ConnectionManager.MAX_HEALING);
    // New work is done beside them: a join and a publish, in a group that nobody heals yet.
    RecordingWire late = new RecordingWire();
    Connection bob = member(late, new Room("new", "id-new", "", true));
    store.news((to, entry, previous) -> to.onEntry(entry, previous));
    Membership membership = bob.membership("new").orElseThrow();
    PublishResult receipt = manager.publish(membership, "{\"type\":\"y\"}", Optional.empty()).get();
    assertEquals(1, receipt.position().seq());
    Await.until("the new message", LONG, () -> late.texts().size() == 1);
    gate.release(1_000_000);
    Await.until(
        "all to be healed", LONG, () -> all.stream().allMatch(each -> each.position().seq() == 1));
    assertEquals(ConnectionManager.MAX_HEALING, most.get());
  }

  /** Makes a room with one member, on a store whose presence need not know of it. */
  private Connection crowd(RecordingWire wire, int i) {
    Room room = new Room("room " + i, "id-" + i, "", true);
    store.memory().directory().create(room);
    Connection connection = manager.newConnection("user" + i, wire);
    assertTrue(
        manager.enter(connection, room, "{}", Optional.empty(), Optional.empty()).isPresent());
    return connection;
  }
}
