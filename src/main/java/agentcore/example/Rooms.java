package agentcore.example;

import agentcore.core.Config;
import agentcore.core.Setting;
import agentcore.core.backend.BackendException;
import agentcore.core.backend.Directory.CreateResult;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Log.PublishResult;
import agentcore.core.backend.Position;
import agentcore.core.backend.Room;
import agentcore.core.consumer.Membership;
import agentcore.core.consumer.Replay;
import agentcore.core.consumer.Session;
import agentcore.core.message.ClientException;
import agentcore.core.message.CloseCode;
import agentcore.core.message.Event;
import agentcore.core.message.Fields;
import agentcore.core.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Creates, joins and leaves rooms. */
public final class Rooms {
  private final Config config;
  private final DefaultRoom defaultRoom;
  private final Typing typing;
  private final MyRooms mine;

  Rooms(Config config, Typing typing, MyRooms mine) {
    this.mine = mine;
    this.config = config;
    this.defaultRoom = new DefaultRoom(config);
    this.typing = typing;
  }

  /** Returns an event about the session's user in a room. */
  static Event about(Session session, String type, String roomName) {
    return Event.of(type)
        .with("user_id", session.channel())
        .with("username", session.user())
        .with("room", roomName);
  }

  /** Enters a room; the other members are told. */
  static Optional<Membership> enter(Session session, Room room, Optional<Position> lastSeen) {
    return session.enter(
        room,
        about(session, "user_left", room.name()),
        about(session, "user_joined_room", room.name()),
        lastSeen);
  }

  /**
   * Returns an event with the number of members, because joins and leaves may have been missed;
   * empty above PRESENCE_EVENTS_LIMIT.
   */
  Optional<Event> afterLoss(Room room, int members) {
    return members > config.integer(Setting.PRESENCE_EVENTS_LIMIT)
        ? Optional.empty()
        : Optional.of(RoomLists.describe(Event.of("room_info"), "room", room, members));
  }

  /** Handles {@code create_room}. */
  void create(Session session, Message message) {
    String name = Requests.roomName(message, "room_name");
    boolean isPublic = message.data().bool("is_public").orElse(true);
    checkRoomLimit(session);
    Room room = new Room(name, UUID.randomUUID().toString(), session.user(), isPublic);
    switch (create(session, room)) {
      case CreateResult.EXISTS ->
          throw new ClientException(ChatCodes.ROOM_EXISTS, "Room already exists");
      case CreateResult.FULL ->
          throw tooMany(
              "rooms (max " + config.integer(Setting.MAX_ROOMS) + ", empty ones included)");
      case CreateResult.TOO_MANY ->
          throw tooMany(
              "rooms created by you (max "
                  + config.integer(Setting.MAX_ROOMS_PER_USER)
                  + " per user, empty ones included)");
      case CreateResult.CREATED -> {
        keepCreated(session, room);
        Membership membership =
            enter(session, room, Optional.empty()).orElseThrow(() -> Requests.roomNotFound(name));
        Arrival arrival = arrive(session, membership, Optional.empty());
        session.reply(
            message, Event.of("room_created").with("room", name).with("is_public", isPublic));
        arrival.sendReplies(session, message);
      }
    }
  }

  private void keepCreated(Session session, Room room) {
    try {
      mine.keep(session, room);
    } catch (ClientException full) {
      boolean unused = session.directory().remove(room);
      throw full;
    }
  }

  /** Reserves the default room's name, even if the store has lost its data and the room with it. */
  private CreateResult create(Session session, Room room) {
    return room.name().equals(defaultRoom.name())
        ? CreateResult.EXISTS
        : session.directory().create(room);
  }

  /** Handles {@code join_room}; a member that joins again receives the same reply. */
  void join(Session session, Message message) {
    join(session, message, Requests.roomName(message, "room"), Requests.lastSeen(message));
  }

  /**
   * Handles {@code join_rooms}: joins one room after the other, as {@code join_room} does, and then
   * says which rooms could not be joined.
   */
  void joinAll(Session session, Message message) {
    List<Fields> wanted = message.data().objects("rooms").orElse(List.of());
    int max = config.integer(ChatSetting.MAX_ROOMS_PER_CONNECTION);
    Requests.require(
        !wanted.isEmpty() && wanted.size() <= max, "Rooms must be 1 to " + max + " rooms");
    List<String> names = new ArrayList<>();
    List<Optional<Position>> positions = new ArrayList<>();
    for (Fields each : wanted) { // first, so that a malformed request does nothing
      names.add(Requests.roomName(each.string("room").orElse(""), "room"));
      positions.add(Requests.lastSeen(each));
    }
    List<String> joined = new ArrayList<>();
    List<Event> failed = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      try {
        join(session, message, names.get(i), positions.get(i));
        joined.add(names.get(i));
      } catch (ClientException refusal) {
        failed.add(
            Event.object()
                .with("room", names.get(i))
                .with("error_code", refusal.code().name())
                .with("message", refusal.sentence()));
      }
    }
    session.reply(
        message, Event.of("rooms_joined").withList("rooms", joined).withList("failed", failed));
  }

  private void join(Session session, Message message, String name, Optional<Position> lastSeen) {
    Optional<Membership> already = session.membership(name);
    if (already.isPresent()) {
      replyAlreadyJoined(session, message, already.get(), lastSeen);
      return;
    }
    Membership membership =
        keepAndEnter(session, name, lastSeen)
            .or(() -> keepAndEnter(session, name, lastSeen)) // the room has just been removed
            .orElseThrow(() -> Requests.roomNotFound(name));
    arrive(session, membership, lastSeen).sendReplies(session, message);
  }

  private Optional<Membership> keepAndEnter(
      Session session, String name, Optional<Position> lastSeen) {
    Room room = findJoinable(session, name);
    checkRoomLimit(session);
    mine.keep(session, room);
    return enter(session, room, lastSeen);
  }

  /** The replies to a connection that has entered; the first two are sent without the store. */
  private record Arrival(Membership membership, Optional<Replay> replay, Event info) {
    void sendReplies(Session session, Message message) {
      Optional<Boolean> recovered = replay.map(Replay::isComplete);
      session.reply(message, roomJoined(membership.room(), membership.entered(), recovered));
      session.reply(message, info);
      replay.ifPresent(Replay::send);
    }
  }

  /**
   * Collects the replies. If the store does not answer, the connection is closed, so that the
   * client reconnects. The connection is already a member; if it only received an error, later
   * messages would reach it after an unreported gap.
   */
  private static Arrival arrive(
      Session session, Membership membership, Optional<Position> lastSeen) {
    try {
      requireStillJoinable(session, membership);
      Optional<Replay> replay = lastSeen.map(seen -> session.replay(membership, seen));
      return new Arrival(membership, replay, info(session, membership.room()));
    } catch (BackendException unreachable) {
      session.close(CloseCode.TRY_AGAIN_LATER);
      throw unreachable;
    }
  }

  /**
   * Undoes the entry if the invitation was withdrawn while the user was entering, before the user
   * was listed as a member.
   */
  private static void requireStillJoinable(Session session, Membership membership) {
    Room room = membership.room();
    if (!isJoinable(session, room)) {
      session.leave(membership, about(session, "user_left_room", room.name()));
      boolean unused = MyRooms.forget(session, room.name());
      throw Requests.roomNotFound(room.name());
    }
  }

  /**
   * Replays nothing: the connection received every message since it entered. The room may have been
   * left on another device.
   */
  private void replyAlreadyJoined(
      Session session, Message message, Membership membership, Optional<Position> lastSeen) {
    mine.keep(session, membership.room());
    Position entered = membership.entered();
    Position now = session.position(membership);
    Optional<Boolean> recovered =
        lastSeen.map(seen -> seen.epoch().equals(now.epoch()) && seen.seq() >= entered.seq());
    recovered.ifPresent(session::resumed);
    Event info = info(session, membership.room());
    session.reply(message, roomJoined(membership.room(), now, recovered));
    session.reply(message, info);
  }

  private static Room findJoinable(Session session, String name) {
    return session
        .directory()
        .find(name)
        .filter(room -> isJoinable(session, room))
        .orElseThrow(() -> Requests.roomNotFound(name));
  }

  private static boolean isJoinable(Session session, Room room) {
    return room.isPublic()
        || room.isCreatedBy(session.user())
        || session.directory().isInvited(room, session.user());
  }

  private void checkRoomLimit(Session session) {
    int max = config.integer(ChatSetting.MAX_ROOMS_PER_CONNECTION);
    if (session.rooms().size() >= max) {
      throw tooMany("rooms (max " + max + " per connection)");
    }
  }

  private static ClientException tooMany(String what) {
    return new ClientException(ChatCodes.LIMIT_EXCEEDED, "Too many " + what);
  }

  private static Event roomJoined(Room room, Position position, Optional<Boolean> recovered) {
    Event joined = place(Event.of("room_joined").with("room", room.name()), position);
    return recovered.map(whether -> joined.with("recovered", whether)).orElse(joined);
  }

  private static Event info(Session session, Room room) {
    return RoomLists.describe(Event.of("room_info"), "room", room, count(session, room));
  }

  /**
   * Handles {@code leave_room}: also for a room of the user that this connection is not in, so that
   * it can be removed from the user's rooms.
   */
  void leave(Session session, Message message) {
    String name = Requests.roomName(message, "room");
    Optional<Membership> entered = session.membership(name);
    entered.ifPresent(membership -> typing.stop(session, membership));
    // First: while the store is away, the request can be repeated.
    boolean wasMine = MyRooms.forget(session, name);
    boolean hasLeft =
        entered.filter(m -> session.leave(m, about(session, "user_left_room", name))).isPresent();
    if (!hasLeft && (entered.isPresent() || !wasMine)) {
      throw Requests.notInRoom(name);
    }
    entered
        .map(Membership::room)
        .or(() -> session.directory().find(name))
        .ifPresent(
            room -> People.endInvitationUnlessIn(session, room, session.user(), session.channel()));
    session.reply(message, Event.of("room_left").with("room", name));
  }

  /** Returns the event with a position in a log. */
  public static Event place(Event event, Position position) {
    return event.with("seq", position.seq()).with("epoch", position.epoch());
  }

  /** Returns the event with the position of what was stored, and whether it had been before. */
  public static Event receipt(Event event, PublishResult stored) {
    return place(event, stored.position())
        .with("message_id", stored.position().id())
        .with("duplicate", stored.outcome() == PublishResult.Outcome.DUPLICATE);
  }

  private static int count(Session session, Room room) {
    return session.presence().counts(List.of(GroupId.room(room))).getFirst();
  }
}
