package agentcore.core.group;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Member;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Presence;
import agentcore.core.backend.Presence.JoinResult;
import agentcore.core.connection.Connection;
import agentcore.core.connection.ConnectionLimits;
import agentcore.core.connection.ConnectionRegistry;
import agentcore.core.connection.Safely;
import agentcore.core.message.CloseCode;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;

/**
 * Admits connections within their limits: makes them members of the group of all connections and of
 * their user's group. Its methods may block. Safe for all threads.
 */
final class Admission {
  private static final Logger LOG = System.getLogger(Admission.class.getName());

  private final Presence presence;
  private final Groups groups;
  private final ConnectionRegistry registry;
  private final ConnectionLimits limits;

  Admission(
      Presence presence, Groups groups, ConnectionRegistry registry, ConnectionLimits limits) {
    this.presence = presence;
    this.groups = groups;
    this.registry = registry;
    this.limits = limits;
  }

  /** Admits and registers a connection, or returns the code with which it is refused. */
  Optional<CloseCode> admit(Memberships memberships) {
    try {
      return admit(memberships, groups.acquireUser(memberships.connection().user()));
    } catch (BackendException unreachable) {
      LOG.log(Level.DEBUG, "no connect without the store: {0}", unreachable.getMessage());
      return Optional.of(CloseCode.TRY_AGAIN_LATER);
    }
  }

  private Optional<CloseCode> admit(Memberships memberships, Group group) {
    Connection connection = memberships.connection();
    boolean isAdmitted = false;
    boolean isStoreAway = false;
    try {
      Optional<CloseCode> refusal = join(memberships, group);
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

  /** Checks and takes each limit in one step. Events reach the connection before others see it. */
  private Optional<CloseCode> join(Memberships memberships, Group group) {
    Connection connection = memberships.connection();
    Member member = member(connection);
    GroupMembership membership = new GroupMembership(memberships, group, member);
    group.expect(membership);
    group.add(membership);
    if (isFull(GroupId.all(), member, limits.total())) {
      return Optional.of(CloseCode.TRY_AGAIN_LATER);
    }
    if (isFull(group.id(), member, limits.perUser())) {
      return Optional.of(CloseCode.TOO_MANY_CONNECTIONS);
    }
    registry.add(connection);
    return Optional.empty();
  }

  private static Member member(Connection connection) {
    return new Member(connection.channel(), connection.user(), "");
  }

  private boolean isFull(GroupId group, Member member, int capacity) {
    return presence.join(group, member, capacity, Optional.empty()).outcome()
        == JoinResult.Outcome.FULL;
  }

  /** Ends both memberships of a connection, which uses its user's group; never throws. */
  void leave(Connection connection) {
    GroupId user = GroupId.user(connection.user());
    groups
        .find(user)
        .ifPresent(
            group -> {
              Safely.run("leaving the group of a user", () -> group.removeAll(connection));
              groups.release(group);
            });
    leaveStore(user, member(connection), Optional.empty());
    leaveStore(GroupId.all(), member(connection), Optional.empty());
  }

  /**
   * Ends a membership in the store; never throws. A store that is away removes the member later, as
   * it drops those that their server does not confirm.
   */
  void leaveStore(GroupId group, Member member, Optional<Notice> announcement) {
    Safely.run("leaving a group in the store", () -> presence.leave(group, member, announcement));
  }
}
