package agentcore.core.group;

import agentcore.core.backend.Backend;
import agentcore.core.backend.BackendException;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Log;
import agentcore.core.backend.Member;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Presence;
import agentcore.core.backend.Presence.JoinResult;
import agentcore.core.connection.Connection;
import agentcore.core.connection.ConnectionLimits;
import agentcore.core.connection.ConnectionRegistry;
import agentcore.core.connection.Safely;
import agentcore.core.message.CloseCode;
import agentcore.core.metrics.Metrics;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;

/**
 * Admits connections within their limits: makes them members of the group of all connections and of
 * their user's group. Its methods may block. Safe for all threads.
 */
final class Admission {
  private static final Logger LOG = System.getLogger(Admission.class.getName());

  private final Log log;
  private final Presence presence;
  private final ConnectionRegistry registry;
  private final ConnectionLimits limits;
  private final Metrics metrics;

  Admission(
      Backend backend, ConnectionRegistry registry, ConnectionLimits limits, Metrics metrics) {
    this.log = backend.log();
    this.presence = backend.presence();
    this.registry = registry;
    this.limits = limits;
    this.metrics = metrics;
  }

  /** Admits and registers a connection, or returns the code with which it is refused. */
  Optional<CloseCode> admit(Connection connection) {
    try {
      subscribe(connection);
      return join(connection);
    } catch (BackendException unreachable) {
      LOG.log(
          Level.DEBUG,
          "a connection is refused because the store is unreachable: {0}",
          unreachable.getMessage());
      return Optional.of(CloseCode.TRY_AGAIN_LATER);
    }
  }

  /** Subscribes to the notices for the user, which reach the connection before others see it. */
  private void subscribe(Connection connection) {
    boolean done = false;
    try {
      log.subscribe(userGroup(connection), notices(connection));
      done = true;
    } finally {
      if (!done) {
        unsubscribe(connection); // what a failed subscription left behind
      }
    }
  }

  private Optional<CloseCode> join(Connection connection) {
    boolean isAdmitted = false;
    boolean isStoreAway = false;
    try {
      Optional<CloseCode> refusal = takePlaces(connection);
      isAdmitted = refusal.isEmpty();
      return refusal;
    } catch (BackendException unreachable) {
      isStoreAway = true;
      throw unreachable;
    } finally {
      if (isStoreAway) {
        // The store may have made it a member; the refusal need not wait until that is undone.
        Safely.runInBackground("undo-" + connection, () -> leave(connection));
      } else if (!isAdmitted) {
        leave(connection);
      }
    }
  }

  /** Checks and takes each limit in one step. */
  private Optional<CloseCode> takePlaces(Connection connection) {
    if (isFull(GroupId.all(), connection, limits.total())) {
      return Optional.of(CloseCode.TRY_AGAIN_LATER);
    }
    if (isFull(userGroup(connection), connection, limits.perUser())) {
      return Optional.of(CloseCode.TOO_MANY_CONNECTIONS);
    }
    registry.add(connection);
    return Optional.empty();
  }

  private boolean isFull(GroupId group, Connection connection, int capacity) {
    return presence.join(group, member(connection), capacity, Optional.empty()).outcome()
        == JoinResult.Outcome.FULL;
  }

  private static GroupId userGroup(Connection connection) {
    return GroupId.user(connection.user());
  }

  private static Member member(Connection connection) {
    return new Member(connection.channel(), connection.user(), "");
  }

  private UserNotices notices(Connection connection) {
    return new UserNotices(connection, metrics.delivered);
  }

  private void unsubscribe(Connection connection) {
    Safely.run(
        "unsubscribing from the group of a user",
        () -> log.unsubscribe(userGroup(connection), notices(connection)));
  }

  /** Ends what {@link #admit} began; never throws. */
  void leave(Connection connection) {
    unsubscribe(connection);
    leaveStore(userGroup(connection), member(connection), Optional.empty());
    leaveStore(GroupId.all(), member(connection), Optional.empty());
  }

  /**
   * Ends a membership in the store; never throws. If the store is unreachable, the member is
   * removed later, like all members that their server does not confirm.
   */
  void leaveStore(GroupId group, Member member, Optional<Notice> announcement) {
    Safely.run("leaving a group in the store", () -> presence.leave(group, member, announcement));
  }
}
