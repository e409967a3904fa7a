package agentcore.core.backend;

import java.time.Duration;
import java.time.Instant;

/**
 * What a contract test needs of the implementation under test.
 *
 * <p>Whoever implements it says how a store is made, and how time passes for it. Nothing here
 * promises that a receiver is called before the call that caused it returns: tests wait.
 */
interface Store {
  /** A time to live that {@link #pass} can outlast. */
  Duration SHORT = Duration.ofSeconds(1);

  /** Limits that no test reaches which does not name one of its own. */
  BackendLimits LIMITS =
      new BackendLimits(
          1000,
          Duration.ofHours(1),
          100_000_000,
          Duration.ofHours(1),
          Duration.ofHours(1),
          1000,
          1000,
          1000,
          100);

  /** Opens a new, empty store and returns a started backend on it. Closed after the test. */
  Backend open(BackendLimits limits);

  /** Opens a new, empty store with limits that do not matter. */
  default Backend open() {
    return open(LIMITS);
  }

  /**
   * Returns another server's backend on the store that was opened last; the same object where
   * servers share one. Closed after the test.
   */
  Backend another();

  /** Lets time pass: turns the clock, or waits; and has done what is due then, or soon will. */
  void pass(Duration time);

  /** Returns the store's time. */
  Instant now();

  /** Makes a room of a user, and enters it into the directory. */
  default GroupId room(Backend backend, String name) {
    Room room = new Room(name, "id-of-" + name, "alice", true);
    if (backend.directory().create(room) != Directory.Created.CREATED) {
      throw new AssertionError("no room " + name);
    }
    return GroupId.room(room);
  }

  /** Returns limits with another history size. */
  static BackendLimits historySize(int size) {
    return new BackendLimits(
        size,
        LIMITS.historyTtl(),
        LIMITS.historyBytes(),
        LIMITS.idempotencyTtl(),
        LIMITS.roomIdleTtl(),
        LIMITS.maxRooms(),
        LIMITS.maxRoomsPerUser(),
        LIMITS.maxInvitations(),
        LIMITS.presenceLimit());
  }

  /** Returns limits with short times for logs, ids and empty rooms. */
  static BackendLimits times(Duration history, Duration idempotency, Duration roomIdle) {
    return new BackendLimits(
        LIMITS.historySize(),
        history,
        LIMITS.historyBytes(),
        idempotency,
        roomIdle,
        LIMITS.maxRooms(),
        LIMITS.maxRoomsPerUser(),
        LIMITS.maxInvitations(),
        LIMITS.presenceLimit());
  }

  /** Returns limits with other numbers of rooms and of invitations. */
  static BackendLimits rooms(int maxRooms, int maxInvitations) {
    return new BackendLimits(
        LIMITS.historySize(),
        LIMITS.historyTtl(),
        LIMITS.historyBytes(),
        LIMITS.idempotencyTtl(),
        LIMITS.roomIdleTtl(),
        maxRooms,
        LIMITS.maxRoomsPerUser(),
        maxInvitations,
        LIMITS.presenceLimit());
  }

  /** Returns limits with another number of rooms that one user created. */
  static BackendLimits roomsPerUser(int max) {
    return new BackendLimits(
        LIMITS.historySize(),
        LIMITS.historyTtl(),
        LIMITS.historyBytes(),
        LIMITS.idempotencyTtl(),
        LIMITS.roomIdleTtl(),
        LIMITS.maxRooms(),
        max,
        LIMITS.maxInvitations(),
        LIMITS.presenceLimit());
  }

  /** Returns limits with another size of groups in which presence is told. */
  static BackendLimits presence(int limit) {
    return new BackendLimits(
        LIMITS.historySize(),
        LIMITS.historyTtl(),
        LIMITS.historyBytes(),
        LIMITS.idempotencyTtl(),
        LIMITS.roomIdleTtl(),
        LIMITS.maxRooms(),
        LIMITS.maxRoomsPerUser(),
        LIMITS.maxInvitations(),
        limit);
  }
}
