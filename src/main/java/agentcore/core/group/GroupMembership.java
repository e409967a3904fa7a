package agentcore.core.group;

import agentcore.core.backend.Draft;
import agentcore.core.backend.IdempotencyKey;
import agentcore.core.backend.Log.PublishResult;
import agentcore.core.backend.Member;
import agentcore.core.backend.Position;
import agentcore.core.backend.Room;
import agentcore.core.connection.Connection;
import agentcore.core.consumer.Membership;
import java.util.Optional;
import java.util.function.Supplier;

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

  /**
   * Begins to append an event to the room's log.
   *
   * @return to be called once: waits until the event is stored and the members here have it; throws
   *     {@link agentcore.core.backend.BackendException} if the store did not answer
   */
  public Supplier<PublishResult> publish(Draft draft, Optional<IdempotencyKey> key) {
    return group.publish(draft, key);
  }

  /**
   * Returns the position up to which this member received the log; later entries are held until the
   * current request has been answered.
   */
  public Position position() {
    return group.holdAndPosition(this);
  }

  Connection connection() {
    return connection;
  }

  Memberships owner() {
    return owner;
  }

  Group group() {
    return group;
  }

  /** Returns the member as the store knows it. */
  Member member() {
    return member;
  }
}
