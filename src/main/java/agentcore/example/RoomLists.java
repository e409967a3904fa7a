package agentcore.example;

import agentcore.core.backend.GroupId;
import agentcore.core.backend.Member;
import agentcore.core.backend.Room;
import agentcore.core.consumer.Session;
import agentcore.core.message.Event;
import agentcore.core.message.Message;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Lists rooms, and the members of a room. */
final class RoomLists {
  /** The most rows of a list in an event. */
  private static final int MAX_ROWS = 1000;

  /** The most bytes of such a list. */
  private static final int MAX_BYTES = 256 * 1024;

  private RoomLists() {}

  /** Handles {@code list_rooms}: public rooms, and those that the session is in. */
  static void rooms(Session session, Message message) {
    session.reserve(MAX_BYTES);
    List<Room> visible =
        session.directory().list().stream()
            .filter(room -> room.isPublic() || session.membership(room.name()).isPresent())
            .sorted(Comparator.comparing(Room::name))
            .limit(MAX_ROWS + 1)
            .toList();
    List<Room> shown = visible.subList(0, Math.min(MAX_ROWS, visible.size()));
    List<Integer> counts = session.presence().counts(shown.stream().map(GroupId::room).toList());
    List<Event> rows = new ArrayList<>();
    for (int i = 0; i < shown.size(); i++) {
      rows.add(describe(Event.object(), "name", shown.get(i), counts.get(i)));
    }
    Event list = Event.of("rooms_list").withList("rooms", rows);
    session.reply(message, more(list, visible.size()));
  }

  /** Handles {@code get_room_users}. */
  static void users(Session session, Message message) {
    String name = Requests.roomName(message, "room");
    Room room = Requests.visibleRoom(session, name);
    session.reserve(MAX_BYTES);
    List<Member> members = session.presence().members(GroupId.room(room), MAX_ROWS + 1);
    List<Event> rows = members.stream().limit(MAX_ROWS).map(RoomLists::row).toList();
    Event users = Event.of("room_users").with("room", name).withList("users", rows);
    session.reply(message, more(users, members.size()));
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

  /** Returns the event with the description of a room. */
  static Event describe(Event event, String nameField, Room room, int userCount) {
    return event
        .with(nameField, room.name())
        .with("user_count", userCount)
        .with("created_by", room.creator().isEmpty() ? "system" : room.creator())
        .with("is_public", room.isPublic());
  }
}
