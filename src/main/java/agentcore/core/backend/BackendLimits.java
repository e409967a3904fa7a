package agentcore.core.backend;

import java.time.Duration;

/**
 * How much a backend keeps, and for how long.
 *
 * @param historySize entries in a log
 * @param historyTtl how long a log outlives its newest entry
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
    long historyBytes,
    Duration idempotencyTtl,
    Duration roomIdleTtl,
    int maxRooms,
    int maxRoomsPerUser,
    int maxInvitations,
    int presenceLimit) {}
