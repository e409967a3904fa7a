package agentcore.core.group;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.Draft;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Log.PublishResult;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Position;
import agentcore.core.backend.Room;
import agentcore.core.connection.ConnectionLimits;
import agentcore.core.message.CloseCode;
import agentcore.testkit.Await;
import agentcore.testkit.Connections;
import agentcore.testkit.RecordingSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The work and the news of groups are bounded. */
class GroupLimitsTest {
  private static final Room ROOM = new Room("r", "id", "alice", true);
  private static final GroupId ID = GroupId.room(ROOM);
  private static final Duration LONG = Await.DEADLINE.multipliedBy(6);

  private final LossyStore store = new LossyStore(100_000);
  private final ConnectionManager manager =
      Connections.manager(
          store.backend(), new ConnectionLimits(100_000, 100_000, 100_000_000, 1_000_000_000));

  private GroupMembership member(RecordingSocket wire, Room room) {
    store.memory().directory().create(room);
    Memberships connection = memberships("alice", wire);
    assertEquals(Optional.empty(), manager.connect(connection));
    GroupMembership entered = enter(connection, room);
    connection.connection().done();
    return entered;
  }

  private Memberships memberships(String user, RecordingSocket wire) {
    return manager.memberships(manager.registry().create(user, wire), Map::of);
  }

  private GroupMembership enter(Memberships connection, Room room) {
    return manager.enter(connection, room, "{}", Optional.empty(), Optional.empty()).orElseThrow();
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void hintsThatDoNotFitIntoTheInboxAreReadFromTheLog() {
    RecordingSocket wire = new RecordingSocket();
    Group group = member(wire, ROOM).group();
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
    int many = (int) (5 * NewsQueue.MAX_BYTES / 10_000);
    IntStream.range(0, many).forEach(i -> publish(ID, group.follower.position(), text));
    mayRead.countDown();
    Await.until("everything to be delivered", LONG, () -> wire.texts().size() == many);
    assertEquals(many, group.follower.position().seq());
  }

  @Test
  void membersThatMissANoticeAreClosed() {
    RecordingSocket wire = new RecordingSocket();
    Group group = member(wire, ROOM).group();
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
    for (int i = 0; i <= 2 * NewsQueue.MAX_URGENT_BYTES / 100_000; i++) {
      group.news.onNotice(Notice.everyone(text));
    }
    mayRead.countDown();
    Await.until(
        "the close", LONG, () -> wire.closed().equals(Optional.of(CloseCode.TRY_AGAIN_LATER)));
  }

  private PublishResult publish(GroupId id, Position known, String text) {
    return store
        .backend()
        .log()
        .publish(id, known, new Draft("id-" + System.nanoTime(), text), Optional.empty());
  }

  /** As after an outage of Redis: all groups have to read their logs at the same time. */
  @Test
  void limitsTheGroupsThatReadTheirLogsAtOnceAndRepairsAllOfThem() {
    int groups = 3_000;
    List<GroupMembership> members = new ArrayList<>();
    RecordingSocket wire = new RecordingSocket();
    for (int i = 0; i < groups; i++) {
      members.add(crowd(wire, i));
    }
    List<Group> all = members.stream().map(GroupMembership::group).toList();
    store.news((to, entry, previous) -> {});
    all.forEach(each -> publish(each.id(), each.follower.position(), "{\"type\":\"x\"}"));
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
    Await.until("the readers to be busy", LONG, () -> reading.get() == Groups.MAX_READERS);
    // Meanwhile another group does new work: a join and a publish.
    RecordingSocket late = new RecordingSocket();
    GroupMembership bob = member(late, new Room("new", "id-new", "", true));
    store.news((to, entry, previous) -> to.onEntry(entry, previous));
    PublishResult result =
        bob.publish(new Draft("id-of-bob", "{\"type\":\"y\"}"), Optional.empty()).get();
    assertEquals(1, result.position().seq());
    Await.until("the new message", LONG, () -> late.texts().size() == 1);
    gate.release(1_000_000);
    Await.until(
        "all to be repaired",
        LONG,
        () -> all.stream().allMatch(each -> each.follower.position().seq() == 1));
    assertEquals(Groups.MAX_READERS, most.get());
  }

  /** Creates a room with one member. */
  private GroupMembership crowd(RecordingSocket wire, int i) {
    Room room = new Room("room " + i, "id-" + i, "", true);
    store.memory().directory().create(room);
    return enter(memberships("user" + i, wire), room);
  }
}
