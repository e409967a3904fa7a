package agentcore.core.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.spy;

import agentcore.core.backend.Entry;
import agentcore.core.backend.Member;
import agentcore.core.backend.Position;
import agentcore.core.backend.Room;
import agentcore.core.connection.Connection;
import agentcore.core.connection.ConnectionLimits;
import agentcore.core.connection.ConnectionRegistry;
import agentcore.core.metrics.Metrics;
import agentcore.core.serializer.Serializer;
import agentcore.testkit.Await;
import agentcore.testkit.ManualClock;
import agentcore.testkit.RecordingSocket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A thread handles a bounded part of a group's queue, and another thread continues. */
class GroupTurnsTest {
  private static final Room ROOM = new Room("r", "id", "alice", true);
  private static final int WAITING = 20 * NewsQueue.TURN_NEWS;

  private final LossyStore store = new LossyStore(100);
  private final Counting serializer = new Counting();
  private final ConnectionRegistry registry =
      new ConnectionRegistry(new ConnectionLimits(9, 9, 100_000_000, 1_000_000_000), new Metrics());
  private final RecordingSocket wire = new RecordingSocket();
  private final Groups groups =
      new Groups(store.backend(), serializer.serializer, new ManualClock(), new Metrics());
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
          .encode(any());
    }
  }

  private Group newGroup() {
    store.memory().directory().create(ROOM);
    Group made = groups.acquire(ROOM);
    add(made, "alice", wire);
    return made;
  }

  private GroupMembership add(Group to, String user, RecordingSocket out) {
    Connection connection = registry.create(user, out);
    GroupMembership membership =
        new GroupMembership(
            new Memberships(new InboxFollower(connection, groups), Map::of),
            to,
            new Member(connection.channel(), user, "{}"));
    to.expect(membership);
    assertTrue(to.add(membership));
    return membership;
  }

  @AfterEach
  void close() {
    serializer.permits.release(WAITING);
    groups.close();
  }

  /** Fills the queue; a flush handles it. */
  private void fillInbox() {
    Position at = group.follower.position();
    for (int seq = 1; seq <= WAITING; seq++) {
      Entry entry = new Entry(at.epoch(), seq, "id-" + seq, "{\"type\":\"x\"}");
      group.news.onEntry(entry, at.id());
      at = entry.position();
    }
  }

  @Test
  void threadHandlesOneTurnAndOthersContinue() {
    serializer.permits.release(WAITING);
    fillInbox();
    group.news.flush();
    assertEquals(NewsQueue.TURN_NEWS, serializer.byThread.get(Thread.currentThread()));
    Await.until("all to be delivered", () -> wire.texts().size() == WAITING);
    assertEquals(WAITING, group.follower.position().seq());
    for (int handled : serializer.byThread.values()) {
      assertTrue(handled <= NewsQueue.TURN_NEWS, "" + handled);
    }
  }

  @Test
  void threadThatWaitsForTheLockComesBeforeTheRestOfTheInbox() {
    GroupMembership bob = add(group, "bob", new RecordingSocket());
    fillInbox();
    Thread deliverer = Thread.ofPlatform().daemon().name("deliverer").start(group.news::flush);
    Await.until("the lock to be held", () -> serializer.permits.hasQueuedThreads());
    Thread leaver = Thread.ofPlatform().daemon().name("leaver").start(() -> group.remove(bob));
    Await.until("the leaver to wait", () -> leaver.getState() == Thread.State.WAITING);
    serializer.permits.release(3 * NewsQueue.TURN_NEWS); // and no more: the queue stays filled
    Await.until("bob to have left", () -> bob.owner().roomNames().isEmpty());
    assertTrue(group.follower.position().seq() < WAITING);
    serializer.permits.release(WAITING);
    Await.until("all to be delivered", () -> wire.texts().size() == WAITING);
    Await.until("both to be free", () -> !deliverer.isAlive() && !leaver.isAlive());
  }
}
