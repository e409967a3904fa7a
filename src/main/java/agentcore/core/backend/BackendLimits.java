package agentcore.core.backend;

import java.time.Duration;

/**
 * How much a backend keeps, and for how long.
 *
 * @param historySize entries in a room's log
 * @param historyTtl how long a room's log outlives its newest entry
 * @param inboxSize entries in a user's log
 * @param inboxTtl how long a user's log outlives its newest entry
 * @param historyBytes bytes of all logs together, for a backend that keeps them in memory
 * @param idempotencyTtl how long a request's id is remembered
 * @param roomIdleTtl a room that is empty for that long is removed
 * @param maxRooms rooms in all
 * @param maxRoomsPerUser rooms created by one user
 * @param maxInvitations invitations of one room
 * @param presenceLimit notices of presence are dropped in groups with more members
 */
public record BackendLimits(
    int historySize,
    Duration historyTtl,
    int inboxSize,
    Duration inboxTtl,
    long historyBytes,
    Duration idempotencyTtl,
    Duration roomIdleTtl,
    int maxRooms,
    int maxRoomsPerUser,
    int maxInvitations,
    int presenceLimit) {
  /**
   * How much of a log is kept.
   *
   * @param entries the newest, at most
   * @param ttl how long the log outlives its newest entry
   */
  public record Retention(int entries, Duration ttl) {}

  /** Returns how much is kept of the log of a group. */
  public Retention retention(GroupId.Kind kind) {
    return kind == GroupId.Kind.USER
        ? new Retention(inboxSize, inboxTtl)
        : new Retention(historySize, historyTtl);
  }
}
