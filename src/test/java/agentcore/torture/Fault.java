package agentcore.torture;

import java.time.Duration;

/**
 * One fault of a schedule.
 *
 * @param at its start, relative to the start of the schedule
 * @param length its duration
 * @param target the index of a server, link or client; ignored for Redis
 */
record Fault(Kind kind, Duration at, Duration length, int target) {
  /** The kind of fault. */
  enum Kind {
    LINK_CUT,
    LINK_STALL_TO_SERVER,
    LINK_STALL_TO_CLIENT,
    LINK_STALL,
    LINK_SLOW,
    REDIS_KILL,
    REDIS_PAUSE,
    /** Redis loses all its data. */
    REDIS_FLUSH,
    /** Redis is killed and restarts with the data it had when the fault began. */
    REDIS_ROLLBACK,
    SERVER_KILL,
    SERVER_STOP,
    SERVER_PAUSE,
    CLIENT_ABORT,
    CLIENT_SLOW;

    boolean isOfClient() {
      return this == CLIENT_ABORT || this == CLIENT_SLOW;
    }

    /** Returns whether this fault stops deliveries over a link until the fault ends. */
    boolean isOutageOfLink() {
      return this == LINK_CUT || this == LINK_STALL || this == LINK_STALL_TO_CLIENT;
    }
  }

  /** Returns whether the fault affects this server, its link or Redis. */
  boolean concerns(int server) {
    return switch (kind) {
      case REDIS_KILL, REDIS_PAUSE, REDIS_FLUSH, REDIS_ROLLBACK -> true;
      case CLIENT_ABORT, CLIENT_SLOW -> false;
      default -> target == server;
    };
  }

  /** Returns its end, relative to the start of the schedule. */
  Duration end() {
    return at.plus(length);
  }

  @Override
  public String toString() {
    return String.format(
        "%8.3f s  for %6.3f s  %s %d", at.toMillis() / 1e3, length.toMillis() / 1e3, kind, target);
  }
}
