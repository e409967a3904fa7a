package agentcore.core.group;

import agentcore.core.backend.Draft;
import agentcore.core.backend.IdempotencyKey;
import agentcore.core.backend.Log.PublishResult;
import agentcore.core.backend.Member;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Position;
import agentcore.core.backend.Room;
import agentcore.core.connection.Connection;
import agentcore.core.connection.Safely;
import agentcore.core.consumer.Membership;
import java.math.BigDecimal;
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
    return group.news.locked(
        () -> {
          connection.hold();
          return group.follower.position();
        });
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

  /** Returns the will as a member carries it; empty if the text is not a JSON object. */
  static String template(String will) {
    if (!will.endsWith("}")) {
      return "";
    }
    String fields = will.substring(0, will.length() - 1);
    String comma = fields.endsWith("{") ? "" : ",";
    return fields + comma + "\"timestamp\":" + Member.REMOVAL_TIME + '}';
  }

  /** Returns the announcement that the member's will makes of its departure now. */
  Optional<Notice> lastWill(long nowMillis) {
    try {
      String now = BigDecimal.valueOf(nowMillis, 3).toPlainString();
      return Optional.of(member.will())
          .filter(will -> !will.isEmpty())
          .map(will -> Notice.presence(member.channel(), will.replace(Member.REMOVAL_TIME, now)));
    } catch (Throwable defect) { // the member leaves nevertheless
      Safely.report("writing a will", defect);
      return Optional.empty();
    }
  }
}
