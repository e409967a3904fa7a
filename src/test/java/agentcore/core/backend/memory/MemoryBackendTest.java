package agentcore.core.backend.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.Setting;
import agentcore.core.backend.Backend;
import agentcore.core.backend.BackendContractTest;
import agentcore.core.backend.BackendLimits;
import agentcore.core.backend.Draft;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.IdempotencyKey;
import agentcore.core.backend.LogPage;
import agentcore.core.backend.Position;
import agentcore.core.backend.RecordingSubscriber;
import agentcore.core.backend.Room;
import agentcore.core.backend.Store;
import agentcore.testkit.Await;
import agentcore.testkit.ManualClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The contract for the memory backend, its bounds in bytes and its sweep. */
class MemoryBackendTest extends BackendContractTest {
  private final ManualClock clock = new ManualClock();
  private MemoryBackend backend = new MemoryBackend(LIMITS, clock, clock);

  @Override
  public Backend open(BackendLimits limits) {
    backend = new MemoryBackend(limits, clock, clock);
    return managed(backend);
  }

  @Override
  public Backend another() {
    return backend;
  }

  @Override
  public void pass(Duration time) {
    clock.advance(time);
    backend.sweep();
  }

  @Override
  public Instant now() {
    return clock.instant();
  }

  private static BackendLimits historyBytes(long bytes) {
    return new BackendLimits(
        1000,
        LIMITS.historyTtl(),
        LIMITS.inboxSize(),
        LIMITS.inboxTtl(),
        bytes,
        LIMITS.idempotencyTtl(),
        LIMITS.roomIdleTtl(),
        1000,
        1000,
        1000,
        100);
  }

  private Position publish(GroupId room, String text, Optional<IdempotencyKey> key) {
    Position known = backend.log().open(room, Position.UNKNOWN);
    return backend
        .log()
        .publish(room, known, new Draft(UUID.randomUUID().toString(), text), key)
        .position();
  }

  private int kept(GroupId room) {
    return backend.log().history(room, Long.MAX_VALUE, 1000, 10_000_000).entries().size();
  }

  @Test
  void boundsTheBytesOfAllLogs() {
    open(historyBytes(100_000));
    GroupId room = room(backend, "r");
    for (int i = 0; i < 500; i++) {
      publish(room, "x".repeat(1000), Optional.empty());
      assertTrue(backend.logBytes() <= 100_000, "" + backend.logBytes());
    }
    assertTrue(kept(room) >= 60, "but not for nothing: " + kept(room));
  }

  @Test
  void trimsTheLeastRecentlyUsedLogFirst() {
    open(historyBytes(50_000));
    GroupId old = room(backend, "old");
    GroupId busy = room(backend, "busy");
    Position first = publish(busy, "busy", Optional.empty());
    for (int i = 0; i < 20; i++) {
      publish(old, "x".repeat(1000), Optional.empty());
    }
    clock.advance(Duration.ofSeconds(10));
    for (int i = 0; i < 30; i++) {
      clock.advance(Duration.ofMillis(1));
      publish(busy, "y".repeat(1000), Optional.empty());
    }
    assertTrue(kept(old) < 20, "some of the old log went");
    assertEquals(31, kept(busy));
    assertEquals(LogPage.Status.OK, backend.log().read(busy, first, 100, 1_000_000).status());
  }

  /** There may be any number of users, so an empty log must not stay. */
  @Test
  void boundsTheBytesOfTheLogsOfUsers() {
    open(historyBytes(200_000));
    GroupId followed = GroupId.user("followed");
    RecordingSubscriber heard = RecordingSubscriber.of(backend, followed);
    publishTo(followed, "first");
    GroupId first = GroupId.user("user 0");
    for (int i = 0; i < 2_000; i++) {
      clock.advance(Duration.ofMillis(1));
      publishTo(GroupId.user("user " + i), "text");
      assertTrue(backend.logBytes() <= 200_000, "" + backend.logBytes());
    }
    assertEquals(
        LogPage.broken(LogPage.Status.EPOCH, Position.UNKNOWN),
        backend.log().read(first, Position.UNKNOWN, 1, 1_000));
    assertEquals(1, kept(GroupId.user("user 1999")));
    assertEquals(0, kept(followed));
    assertEquals(2, publishTo(followed, "second").seq(), "it has a subscriber");
    assertEquals(2, heard.entries(2).size());
  }

  private Position publishTo(GroupId user, String text) {
    String id = UUID.randomUUID().toString();
    return backend
        .log()
        .publish(user, Position.UNKNOWN, new Draft(id, text), Optional.empty())
        .position();
  }

  @Test
  void readReportsThatTheLogWasTrimmed() {
    open(historyBytes(10_000));
    GroupId room = room(backend, "r");
    Position first = publish(room, "first", Optional.empty());
    for (int i = 0; i < 20; i++) {
      publish(room, "x".repeat(1000), Optional.empty());
    }
    assertEquals(LogPage.Status.TRIMMED, backend.log().read(room, first, 100, 1_000_000).status());
  }

  @Test
  void appendsAnEntryThatIsLargerThanTheBound() {
    open(historyBytes(1000));
    GroupId room = room(backend, "r");
    assertEquals(1, publish(room, "x".repeat(10_000), Optional.empty()).seq());
    assertEquals(2, publish(room, "small", Optional.empty()).seq());
  }

  @Test
  void removedRoomReleasesItsMemory() {
    open();
    Room room = new Room("r", "1", "alice", true);
    backend.directory().create(room);
    publish(
        GroupId.room(room), "x".repeat(1000), Optional.of(new IdempotencyKey("alice", "id", "x")));
    assertTrue(backend.logBytes() > 0);
    backend.directory().remove(room);
    assertEquals(0, backend.logBytes());
  }

  @Test
  void expiredEntriesAndIdsReleaseTheirMemory() {
    open(Store.limits(Setting.HISTORY_TTL, SHORT, Setting.IDEMPOTENCY_TTL, SHORT));
    GroupId room = room(backend, "r");
    for (int i = 0; i < 10; i++) {
      publish(room, "text", Optional.of(new IdempotencyKey("alice", "id" + i, "text")));
    }
    pass(SHORT);
    assertEquals(0, backend.logBytes());
  }

  @Test
  void sweepRemovesOnlyALogWithoutSubscribers() {
    open(Store.limits(Setting.HISTORY_TTL, SHORT, Setting.IDEMPOTENCY_TTL, SHORT));
    GroupId followed = room(backend, "followed");
    GroupId left = room(backend, "left");
    RecordingSubscriber heard = RecordingSubscriber.of(backend, followed);
    Position ofFollowed = publish(followed, "text", Optional.empty());
    Position ofLeft = publish(left, "text", Optional.empty());
    pass(SHORT);
    assertEquals(ofFollowed, backend.log().open(followed, Position.UNKNOWN));
    assertNotEquals(ofLeft.epoch(), backend.log().open(left, Position.UNKNOWN).epoch());
    assertEquals(1, heard.entries(1).size());
  }

  @Test
  void sweepsInTheBackgroundUntilItIsClosed() {
    MemoryBackend real =
        new MemoryBackend(
            Store.limits(
                Setting.HISTORY_TTL,
                Duration.ofMillis(100),
                Setting.IDEMPOTENCY_TTL,
                SHORT,
                Setting.ROOM_IDLE_TTL,
                Duration.ofMillis(100)),
            Clock.systemUTC(),
            System::nanoTime);
    managed(real);
    real.directory().create(new Room("r", "1", "alice", true));
    Await.until("the empty room to be gone", () -> real.directory().list().isEmpty());
  }

  @Test
  void startAndCloseAreIdempotent() {
    MemoryBackend unused = new MemoryBackend(LIMITS);
    unused.start();
    unused.start();
    unused.close();
    unused.close();
    assertFalse(unused.directory().find("r").isPresent());
    assertEquals(List.of(), unused.directory().list());
  }

  @Test
  void boundsTheRememberedIds() {
    open(historyBytes(100_000));
    GroupId room = room(backend, "r");
    for (int i = 0; i < 500; i++) {
      String text = "x".repeat(1000);
      publish(room, text, Optional.of(IdempotencyKey.of("alice", "id" + i, text)));
      assertTrue(backend.logBytes() <= 100_000, "" + backend.logBytes());
    }
  }
}
