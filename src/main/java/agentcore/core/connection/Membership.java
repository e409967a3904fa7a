package agentcore.core.connection;

import agentcore.core.backend.Member;
import agentcore.core.backend.Position;
import agentcore.core.backend.Room;

/** A connection's place in a room, from entering to leaving: whoever comes back gets another. */
public final class Membership implements agentcore.core.consumer.Membership {
  private final Room room;
  private final Group group;
  private final Member member;
  private final Position entered;

  Membership(Room room, Group group, Member member, Position entered) {
    this.room = room;
    this.group = group;
    this.member = member;
    this.entered = entered;
  }

  @Override
  public Room room() {
    return room;
  }

  @Override
  public Position entered() {
    return entered;
  }

  /** Returns this server's part of the room. */
  Group group() {
    return group;
  }

  /** Returns what the others are told when the connection is lost, without timestamp. */
  String will() {
    return member.will();
  }

  /** Returns the membership as the store knows it. */
  Member member() {
    return member;
  }
}
