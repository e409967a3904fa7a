package agentcore.torture;

import java.time.Duration;

/**
 * Something that goes wrong, and is put right again.
 *
 * @param at when, after the schedule began
 * @param length for how long
 * @param target which server, link or client; of no meaning for Redis
 */
record Fault(Kind kind, Duration at, Duration length, int target) {
  /** What goes wrong. */
  enum Kind {
    LINK_CUT,
    LINK_STALL_FORTH,
    LINK_STALL_BACK,
    LINK_STALL,
    LINK_SLOW,
    REDIS_KILL,
    REDIS_PAUSE,
    /** Redis forgets everything. */
    REDIS_FLUSH,
    /** Redis is killed, and comes back as it was when the fault began. */
    REDIS_ROLLBACK,
    SERVER_KILL,
    SERVER_STOP,
    SERVER_PAUSE,
    CLIENT_TEAR,
    CLIENT_SLOW;

    boolean isOfClient() {
      return this == CLIENT_TEAR || this == CLIENT_SLOW;
    }

    /** Says whether the news on a link stops until the end of the fault. */
    boolean isOutageOfLink() {
      return this == LINK_CUT || this == LINK_STALL || this == LINK_STALL_BACK;
    }
  }

  /** Says whether a server, or what it needs, suffers from it. */
  boolean concerns(int server) {
    return switch (kind) {
      case REDIS_KILL, REDIS_PAUSE, REDIS_FLUSH, REDIS_ROLLBACK -> true;
      case CLIENT_TEAR, CLIENT_SLOW -> false;
      default -> target == server;
    };
  }

  /** Returns when it is over. */
  Duration end() {
    return at.plus(length);
  }

  @Override
  public String toString() {
    return String.format(
        "%8.3f s  for %6.3f s  %s %d", at.toMillis() / 1e3, length.toMillis() / 1e3, kind, target);
  }
}
