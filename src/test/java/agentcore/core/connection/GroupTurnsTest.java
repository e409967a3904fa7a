package agentcore.core.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.spy;

import agentcore.core.backend.Entry;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Member;
import agentcore.core.backend.Position;
import agentcore.core.backend.Room;
import agentcore.core.metrics.Metrics;
import agentcore.core.serializer.Serializer;
import agentcore.testkit.Await;
import agentcore.testkit.Connections;
import agentcore.testkit.ManualClock;
import agentcore.testkit.RecordingWire;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A thread that finds much in a group's inbox does a part of it and is free again. */
class GroupTurnsTest {
  private static final Room ROOM = new Room("r", "id", "alice", true);
  private static final int WAITING = 20 * Group.TURN_NEWS;

  private final LossyStore store = new LossyStore(100);
  private final Workers healers = new Workers("healer", 4);
  private final Counting serializer = new Counting();
  private final RecordingWire wire = new RecordingWire();
  private final Group group = newGroup();

  /** Counts the entries that each thread completes, and completes as many as it has permits for. */
  private static final class Counting {
    final Serializer serializer = spy(new Serializer());
    final Map<Thread, Integer> byThread = new ConcurrentHashMap<>();
    final Semaphore permits = new Semaphore(0);

    Counting() {
      doAnswer(
              call -> {
                permits.acquireUninterruptibly();
                byThread.merge(Thread.currentThread(), 1, Integer::sum);
                return call.callRealMethod();
              })
          .when(serializer)
          .extend(any(), any());
    }
  }

  private Group newGroup() {
    store.memory().directory().create(ROOM);
    GroupContext context =
        new GroupContext(
            store.backend().log(),
            serializer.serializer,
            new ManualClock(),
            (from, member) -> {},
            new Metrics(),
            healers,
            healers);
    Group made = new Group(GroupId.room(ROOM), Optional.of(ROOM), context);
    made.follow();
    Connection alice =
        Connections.manager(new ConnectionLimits(9, 9, 100_000_000, 1_000_000_000))
            .newConnection("alice", wire);
    made.expect(new Member(alice.channel(), alice.user(), "{}"));
    assertTrue(made.add(alice).isPresent());
    return made;
  }

  @AfterEach
  void close() {
    serializer.permits.release(WAITING);
    healers.close();
  }

  /** Fills the inbox; nothing is handled before the next flush. */
  private void fillInbox() {
    Position at = group.position();
    for (int seq = 1; seq <= WAITING; seq++) {
      Entry entry = new Entry(at.epoch(), seq, "id-" + seq, "{\"type\":\"x\"}");
      group.onEntry(entry, at.id());
      at = entry.position();
    }
  }

  @Test
  void aThreadHandlesOneTurnAndOthersGoOn() {
    serializer.permits.release(WAITING);
    fillInbox();
    group.flush();
    assertEquals(Group.TURN_NEWS, serializer.byThread.get(Thread.currentThread()));
    Await.until("all to be told", () -> wire.texts().size() == WAITING);
    assertEquals(WAITING, group.position().seq());
    for (int handled : serializer.byThread.values()) {
      assertTrue(handled <= Group.TURN_NEWS, "" + handled);
    }
  }

  @Test
  void aThreadThatWaitsForTheLockComesBeforeTheRestOfTheInbox() {
    Connection bob = Connections.of("bob");
    group.expect(new Member(bob.channel(), bob.user(), "{}"));
    assertTrue(group.add(bob).isPresent());
    fillInbox();
    Thread teller = Thread.ofPlatform().daemon().name("teller").start(group::flush);
    Await.until("the lock to be held", () -> serializer.permits.hasQueuedThreads());
    Thread leaver = Thread.ofPlatform().daemon().name("leaver").start(() -> group.remove(bob));
    Await.until("the leaver to wait", () -> leaver.getState() == Thread.State.WAITING);
    serializer.permits.release(3 * Group.TURN_NEWS); // and no more: the inbox stays filled
    Await.until("bob to have left", () -> bob.memberships().isEmpty());
    assertTrue(group.position().seq() < WAITING);
    serializer.permits.release(WAITING);
    Await.until("all to be told", () -> wire.texts().size() == WAITING);
    Await.until("both to be free", () -> !teller.isAlive() && !leaver.isAlive());
  }
}
