package agentcore.core.backend;

import java.time.Duration;

/**
 * What a backend may keep, and for how long.
 *
 * @param historySize messages in a log
 * @param historyTtl a log ends so long after its last message
 * @param historyBytes all logs together, for a backend that keeps them in memory
 * @param idempotencyTtl how long an id is remembered
 * @param roomIdleTtl a room that was empty for so long is removed
 * @param maxRooms rooms in all
 * @param maxRoomsPerUser rooms created by one user
 * @param maxInvitations invitations of one room
 * @param presenceLimit presence is not told in groups of more members
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
