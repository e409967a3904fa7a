package agentcore.example;

import agentcore.core.Config;
import agentcore.core.Setting;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.IdempotencyKey;
import agentcore.core.backend.Log.PublishResult;
import agentcore.core.backend.Member;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Room;
import agentcore.core.consumer.Session;
import agentcore.core.message.ClientException;
import agentcore.core.message.ErrorCode;
import agentcore.core.message.Event;
import agentcore.core.message.Message;
import agentcore.core.message.Names;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Handles requests about a user: invitations, removals, and status. */
public final class People {
  private final int maxInvitations;
  private final Recipients recipients;

  People(Config config, Recipients recipients) {
    this.recipients = recipients;
    this.maxInvitations = config.integer(Setting.MAX_INVITATIONS_PER_ROOM);
  }

  /**
   * The user or the connection that a request names.
   *
   * @param channel empty if the request names the user, and so all connections
   */
  private record Target(String user, Optional<String> channel) {
    static Target of(String named) {
      return Names.userOf(named)
          .map(user -> new Target(user, Optional.of(named)))
          .orElseGet(() -> new Target(named, Optional.empty()));
    }

    boolean is(Member member) {
      return channel.isPresent()
          ? channel.get().equals(member.channel())
          : user.equals(member.user());
    }
  }

  /** Handles {@code get_user_status}. */
  void status(Session session, Message message) {
    Target target = Target.of(Requests.target(message));
    int connections = connections(session, target).size();
    Optional<Instant> lastSeen = session.presence().lastSeen(target.user());
    session.reply(message, status(Event.of("user_status"), target.user(), connections, lastSeen));
  }

  /** Returns the event with a user's status. */
  public static Event status(
      Event event, String user, int connections, Optional<Instant> lastSeen) {
    Event status =
        event
            .with("username", user)
            .with("status", connections > 0 ? "online" : "offline")
            .with("connections", connections);
    return lastSeen
        .map(seen -> status.withSeconds("last_seen", seen.toEpochMilli()))
        .orElseGet(() -> status.withNull("last_seen"));
  }

  /** Handles {@code invite_user}; any member may invite. */
  void invite(Session session, Message message) {
    String roomName = Requests.roomName(message, "room");
    String named = Requests.target(message);
    Room room = memberOf(session, roomName);
    String user = recipients.find(session, named);
    recipients.take(session, user);
    // A public room needs no invitation: the user is notified, but none is kept with the room.
    if (!room.isPublic() && !session.directory().invite(room, user)) {
      throw new ClientException(
          ChatCodes.LIMIT_EXCEEDED, "Too many invitations (max " + maxInvitations + " per room)");
    }
    MyRooms.noteInvitation(session, room, user);
    Event invitation =
        Event.of("room_invitation").with("room", roomName).with("from_username", session.user());
    Optional<IdempotencyKey> key =
        message.id().map(id -> IdempotencyKey.of(session.user(), "invitation\n" + id, roomName));
    PublishResult unused = Requests.unlessConflict(session.publish(user, invitation, key));
    session.reply(
        message, Event.of("user_invited").with("room", roomName).with("to_username", user));
  }

  /** Handles {@code remove_user}; only the creator of the room may. */
  void remove(Session session, Message message) {
    String roomName = Requests.roomName(message, "room");
    Target target = Target.of(Requests.target(message));
    Room room = memberOf(session, roomName);
    if (!room.isCreatedBy(session.user())) {
      throw new ClientException(ErrorCode.NOT_ALLOWED, "Only the room's creator may do this");
    }
    boolean wasJoined = false;
    if (target.channel().isEmpty()) { // first, so that no removed connection can enter again
      session.directory().uninvite(room, target.user());
      wasJoined = MyRooms.forget(session.accounts(), target.user(), roomName, Optional.empty());
    }
    List<Member> removed =
        session.presence().members(GroupId.room(room), Integer.MAX_VALUE).stream()
            .filter(target::is)
            .toList();
    if (removed.isEmpty() && !wasJoined) {
      throw Requests.userNotFound();
    }
    target
        .channel()
        .ifPresent(channel -> endInvitationUnlessIn(session, room, target.user(), channel));
    for (Member member : removed) {
      String text = session.text(removal(roomName, member));
      session
          .presence()
          .leave(
              GroupId.room(room),
              member,
              Optional.of(Notice.evict(member, session.channel(), text)));
    }
    if (target.channel().isEmpty()) { // the user's other devices should know, too
      Event note = note(roomName, session.user());
      PublishResult unused = session.publish(target.user(), note, Optional.empty());
    }
    removed.forEach(member -> session.reply(message, removal(roomName, member)));
    if (removed.isEmpty()) { // the user is away
      Member away = new Member(target.user() + "/", target.user(), "");
      session.reply(message, removal(roomName, away));
    }
  }

  /**
   * Ends a user's invitation to a private room, unless a connection of the user is in the room, on
   * any server: an invitation belongs to a user, not to a connection.
   *
   * @param leaving the channel of a connection that is leaving, which does not count
   */
  static void endInvitationUnlessIn(Session session, Room room, String user, String leaving) {
    if (room.isPublic() || isIn(session, room, user, leaving)) {
      return;
    }
    session.directory().uninvite(room, user);
    if (isIn(session, room, user, leaving)) { // it entered while it was still invited
      boolean unused = session.directory().invite(room, user);
    }
  }

  private static boolean isIn(Session session, Room room, String user, String leaving) {
    return session.presence().members(GroupId.room(room), Integer.MAX_VALUE).stream()
        .anyMatch(member -> member.user().equals(user) && !member.channel().equals(leaving));
  }

  /** Returns the entry for the log of a user who was removed from a room. */
  public static Event note(String roomName, String remover) {
    return Event.of("room_removal").with("room", roomName).with("from_username", remover);
  }

  /** Returns the event that announces a member's removal. */
  public static Event removal(String roomName, Member member) {
    return Event.of("user_removed")
        .with("room", roomName)
        .with("user_id", member.channel())
        .with("username", member.user());
  }

  /** Returns the room that the session is in; a room that it cannot see does not exist for it. */
  private static Room memberOf(Session session, String roomName) {
    Room room = Requests.visibleRoom(session, roomName);
    return Requests.membership(session, room.name()).room();
  }

  private static List<Member> connections(Session session, Target target) {
    return session.presence().members(GroupId.user(target.user()), Integer.MAX_VALUE).stream()
        .filter(target::is)
        .toList();
  }
}
