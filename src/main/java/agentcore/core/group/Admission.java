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
import java.util.Optional;

/**
 * Admits connections within their limits: makes them members of the group of all connections and of
 * their user's group. Its methods may block. Safe for all threads.
 */
final class Admission {
  private final Log log;
  private final Presence presence;
  private final ConnectionRegistry registry;
  private final ConnectionLimits limits;

  Admission(Backend backend, ConnectionRegistry registry, ConnectionLimits limits) {
    this.log = backend.log();
    this.presence = backend.presence();
    this.registry = registry;
    this.limits = limits;
  }

  /** Admits and registers a connection, or returns the code with which it is refused. */
  Optional<CloseCode> admit(InboxFollower inbox) {
    try {
      subscribe(inbox);
      return join(inbox);
    } catch (BackendException unreachable) {
      Safely.report("the admission of " + inbox.connection(), unreachable);
      return Optional.of(CloseCode.TRY_AGAIN_LATER);
    }
  }

  /** Subscribes before the connection joins, so that it misses nothing that others send it then. */
  private void subscribe(InboxFollower inbox) {
    try {
      log.subscribe(inbox.id(), inbox);
    } catch (Throwable failure) {
      unsubscribe(inbox); // what a failed subscription left behind
      throw failure;
    }
  }

  private Optional<CloseCode> join(InboxFollower inbox) {
    try {
      Optional<CloseCode> refusal = takePlaces(inbox);
      refusal.ifPresent(code -> leave(inbox));
      return refusal;
    } catch (BackendException unreachable) {
      // The store may have made it a member; the refusal need not wait until that is undone.
      Safely.runInBackground("undo-" + inbox.connection(), () -> leave(inbox));
      throw unreachable;
    } catch (Throwable defect) {
      leave(inbox);
      throw defect;
    }
  }

  /** Checks and takes each limit in one step. The second tells the position of the user's log. */
  private Optional<CloseCode> takePlaces(InboxFollower inbox) {
    Connection connection = inbox.connection();
    if (isFull(enter(GroupId.all(), connection, limits.total()))) {
      return Optional.of(CloseCode.TRY_AGAIN_LATER);
    }
    JoinResult ofUser = enter(inbox.id(), connection, limits.perUser());
    if (isFull(ofUser)) {
      return Optional.of(CloseCode.TOO_MANY_CONNECTIONS);
    }
    inbox.start(ofUser.log());
    registry.add(connection);
    return Optional.empty();
  }

  private JoinResult enter(GroupId group, Connection connection, int capacity) {
    return presence.join(group, member(connection), capacity, Optional.empty());
  }

  private static boolean isFull(JoinResult joined) {
    return joined.outcome() == JoinResult.Outcome.FULL;
  }

  private static Member member(Connection connection) {
    return new Member(connection.channel(), connection.user(), "");
  }

  private void unsubscribe(InboxFollower inbox) {
    Safely.run("unsubscribing from the group of a user", () -> log.unsubscribe(inbox.id(), inbox));
  }

  /** Ends what {@link #admit} began; never throws. */
  void leave(InboxFollower inbox) {
    unsubscribe(inbox);
    leaveStore(inbox.id(), member(inbox.connection()), Optional.empty());
    leaveStore(GroupId.all(), member(inbox.connection()), Optional.empty());
  }

  /**
   * Ends a membership in the store; never throws. If the store is unreachable, the member is
   * removed later, like all members that their server does not confirm.
   */
  void leaveStore(GroupId group, Member member, Optional<Notice> announcement) {
    Safely.run("leaving a group in the store", () -> presence.leave(group, member, announcement));
  }
}
