package agentcore.core.group;

import agentcore.core.backend.Member;
import agentcore.core.backend.Position;
import agentcore.core.backend.Room;
import agentcore.core.connection.Connection;
import agentcore.core.consumer.Membership;

/**
 * A connection's membership of one group, from entering to leaving. A connection that enters again
 * gets another one.
 */
public final class GroupMembership implements Membership {
  private final Memberships owner;
  private final Connection connection;
  private final Group group;
  private final Member member;
  private Position entered = Position.UNKNOWN;

  GroupMembership(Memberships owner, Group group, Member member) {
    this.owner = owner;
    this.connection = owner.connection();
    this.group = group;
    this.member = member;
  }

  @Override
  public Room room() {
    return group.room();
  }

  @Override
  public Position entered() {
    return entered;
  }

  /** Sets the position; under the group's lock, before any other thread sees this membership. */
  void enteredAt(Position position) {
    entered = position;
  }

  Connection connection() {
    return connection;
  }

  Memberships owner() {
    return owner;
  }

  /** Returns this server's part of the room. */
  Group group() {
    return group;
  }

  /** Returns the member as the store knows it. */
  Member member() {
    return member;
  }
}
