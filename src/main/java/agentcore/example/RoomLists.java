package agentcore.example;

import agentcore.core.backend.GroupId;
import agentcore.core.backend.Member;
import agentcore.core.backend.Presence;
import agentcore.core.backend.Room;
import agentcore.core.consumer.Session;
import agentcore.core.message.Event;
import agentcore.core.message.Message;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** Lists rooms, and the members of a room. */
public final class RoomLists {
  /** The most rows of a list in an event. */
  public static final int MAX_ROWS = 1000;

  /** The most bytes of such a list. */
  private static final int MAX_BYTES = 256 * 1024;

  private RoomLists() {}

  /** Handles {@code list_rooms}: public rooms, and the private ones that concern the user. */
  static void rooms(Session session, Message message) {
    session.reserve(MAX_BYTES);
    List<Room> all = session.directory().list();
    Set<Room> mine = Set.copyOf(MyRooms.Known.of(session).permitted(session, all));
    List<Room> visible =
        all.stream()
            .filter(
                room ->
                    room.isPublic()
                        || session.membership(room.name()).isPresent()
                        || room.isCreatedBy(session.user())
                        || mine.contains(room))
            .toList();
    session.reply(message, of(Event.of("rooms_list"), visible, session.presence()));
  }

  /** Returns the event with a list of rooms, sorted by name. */
  public static Event of(Event event, List<Room> rooms, Presence presence) {
    List<Room> shown =
        rooms.stream().sorted(Comparator.comparing(Room::name)).limit(MAX_ROWS).toList();
    List<Integer> counts = presence.counts(shown.stream().map(GroupId::room).toList());
    List<Event> rows = new ArrayList<>();
    for (int i = 0; i < shown.size(); i++) {
      rows.add(describe(Event.object(), "name", shown.get(i), counts.get(i)));
    }
    return more(event.withList("rooms", rows), rooms.size());
  }

  /** Handles {@code get_room_users}. */
  static void users(Session session, Message message) {
    String name = Requests.roomName(message, "room");
    Room room = Requests.visibleRoom(session, name);
    session.reserve(MAX_BYTES);
    List<Member> members = session.presence().members(GroupId.room(room), MAX_ROWS + 1);
    session.reply(message, of(Event.of("room_users").with("room", name), members));
  }

  /** Returns the event with a list of members, in their order. */
  public static Event of(Event event, List<Member> members) {
    List<Event> rows = members.stream().limit(MAX_ROWS).map(RoomLists::row).toList();
    return more(event.withList("users", rows), members.size());
  }

  private static Event row(Member member) {
    return Event.object()
        .with("user_id", member.channel())
        .with("username", member.user())
        .with("status", "online");
  }

  private static Event more(Event list, int rows) {
    return rows > MAX_ROWS ? list.with("more", true) : list;
  }

  /** Returns who created a room, as events name it. */
  static String creator(Room room) {
    return room.creator().isEmpty() ? "system" : room.creator();
  }

  /** Returns the event with the description of a room. */
  static Event describe(Event event, String nameField, Room room, int userCount) {
    return event
        .with(nameField, room.name())
        .with("user_count", userCount)
        .with("created_by", creator(room))
        .with("is_public", room.isPublic());
  }
}
