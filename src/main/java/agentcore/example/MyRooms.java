package agentcore.example;

import agentcore.core.Config;
import agentcore.core.backend.Accounts;
import agentcore.core.backend.Accounts.SetResult;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Log.ReadMarks;
import agentcore.core.backend.Log.Unread;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Position;
import agentcore.core.backend.Room;
import agentcore.core.consumer.Session;
import agentcore.core.message.ClientException;
import agentcore.core.message.Event;
import agentcore.core.message.Message;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The rooms of a user: those that the user joined on any device, until the user leaves them or is
 * removed; and the rooms to which the user was invited.
 */
public final class MyRooms {
  static final String SET = "rooms";

  private static final String INVITED = "invited";
  private static final int MAX_INVITED = 100;
  private static final int MAX_BYTES = 512 * 1024;

  private final Config config;
  private final DefaultRoom defaultRoom;

  MyRooms(Config config) {
    this.config = config;
    this.defaultRoom = new DefaultRoom(config);
  }

  /** The ids of a user's rooms by name, and those of the rooms that the user is invited to. */
  record Known(Map<String, String> joined, Map<String, String> invited) {
    static Known of(Session session) {
      List<Map<String, String>> sets =
          session.accounts().read(session.user(), List.of(SET, INVITED));
      return new Known(sets.get(0), sets.get(1));
    }

    boolean hasJoined(Room room) {
      return room.id().equals(joined.get(room.name()));
    }

    boolean isInvited(Room room) {
      return invited.getOrDefault(room.name(), "").startsWith(room.id() + '\n');
    }

    /**
     * Returns those of the rooms that the user joined or is invited to, without the private ones
     * that the user may not enter any more.
     */
    List<Room> permitted(Session session, List<Room> rooms) {
      List<Room> mine = rooms.stream().filter(room -> hasJoined(room) || isInvited(room)).toList();
      List<Room> closed =
          mine.stream()
              .filter(room -> !room.isPublic() && !room.isCreatedBy(session.user()))
              .toList();
      Set<Room> refused = new HashSet<>(closed);
      session.directory().invitations(closed, session.user()).forEach(refused::remove);
      return mine.stream().filter(room -> !refused.contains(room)).toList();
    }
  }

  /**
   * Adds a room that the session is about to enter, and tells the user's other devices.
   *
   * @throws ClientException LIMIT_EXCEEDED if the user has too many rooms
   */
  void keep(Session session, Room room) {
    if (room.name().equals(defaultRoom.name())) {
      return;
    }
    SetResult result = set(session, room, Optional.empty());
    if (result == SetResult.OTHER) {
      Optional<String> other = session.accounts().find(session.user(), SET, room.name());
      result = other.equals(Optional.of(room.id())) ? SetResult.SET : set(session, room, other);
    }
    if (result == SetResult.FULL) {
      removeMissing(session);
      result = set(session, room, Optional.empty());
    }
    if (result == SetResult.FULL) {
      int max = config.integer(ChatSetting.MAX_ROOMS_JOINED);
      throw new ClientException(
          ChatCodes.LIMIT_EXCEEDED, "Too many rooms (max " + max + " per user), leave one first");
    }
  }

  private SetResult set(Session session, Room room, Optional<String> expected) {
    Event joined = Event.of("my_room_joined").with("room", room.name());
    return session
        .accounts()
        .set(
            session.user(),
            SET,
            room.name(),
            expected,
            room.id(),
            config.integer(ChatSetting.MAX_ROOMS_JOINED),
            Optional.of(Requests.toOtherDevices(session, joined)));
  }

  /** Removes the rooms that do not exist any more. */
  private static void removeMissing(Session session) {
    Map<String, String> joined = Known.of(session).joined();
    Set<String> ids =
        session.directory().findAll(joined.keySet()).stream()
            .map(Room::id)
            .collect(Collectors.toSet());
    joined.forEach(
        (name, id) -> {
          if (!ids.contains(id)) {
            boolean unused = session.accounts().remove(session.user(), SET, name, Optional.empty());
          }
        });
  }

  /**
   * Removes a room that the session leaves, and tells the user's other devices. Returns whether it
   * was one of the user's rooms.
   */
  static boolean forget(Session session, String roomName) {
    Event left = Event.of("my_room_left").with("room", roomName);
    return forget(
        session.accounts(),
        session.user(),
        roomName,
        Optional.of(Requests.toOtherDevices(session, left)));
  }

  /**
   * Removes a room from a user's rooms and invitations. Returns whether it was one of the rooms.
   */
  public static boolean forget(
      Accounts accounts, String user, String roomName, Optional<Notice> announcement) {
    boolean unused = accounts.remove(user, INVITED, roomName, Optional.empty());
    return accounts.remove(user, SET, roomName, announcement);
  }

  /** Notes an invitation, for the list; without room for another one, it is only in the inbox. */
  static void noteInvitation(Session session, Room room, String user) {
    String value = room.id() + '\n' + session.user();
    Optional<String> before = session.accounts().find(user, INVITED, room.name());
    SetResult unused =
        session
            .accounts()
            .set(user, INVITED, room.name(), before, value, MAX_INVITED, Optional.empty());
  }

  /** Handles {@code my_rooms}. */
  void list(Session session, Message message) {
    session.reserve(MAX_BYTES);
    List<Map<String, String>> sets =
        session.accounts().read(session.user(), List.of(SET, INVITED, ReadMarkers.SET));
    Known known = new Known(sets.get(0), sets.get(1));
    Map<String, String> markers = sets.get(2);
    Set<String> names = new HashSet<>(known.joined().keySet());
    names.addAll(known.invited().keySet());
    List<Room> rooms = known.permitted(session, session.directory().findAll(names));
    List<Room> mine = new ArrayList<>(rooms.stream().filter(known::hasJoined).toList());
    if (!defaultRoom.name().isEmpty()) {
      mine.add(defaultRoom.room());
    }
    mine.sort(Comparator.comparing(Room::name));
    Map<String, Position> ofUsers = ReadMarkers.ofUsers(markers);
    List<ReadMarks> marks = new ArrayList<>();
    for (Room room : mine) {
      Position read = ReadMarkers.of(markers, room).orElse(Position.UNKNOWN);
      marks.add(new ReadMarks(GroupId.room(room), read));
    }
    marks.add(ReadMarkers.ofInbox(session.user(), ofUsers));
    List<Unread> unread = session.unread(marks);
    List<Event> rows = new ArrayList<>();
    for (int i = 0; i < mine.size(); i++) {
      rows.add(row(mine.get(i), marks.get(i).read(), unread.get(i)));
    }
    List<Event> invitations =
        rooms.stream()
            .filter(room -> !known.hasJoined(room))
            .sorted(Comparator.comparing(Room::name))
            .map(room -> invitation(room, known.invited().getOrDefault(room.name(), "")))
            .toList();
    Event list = Event.of("my_rooms").withList("rooms", rows);
    session.reply(
        message,
        conversations(list, unread.getLast(), ofUsers).withList("invitations", invitations));
  }

  private static Event row(Room room, Position read, Unread unread) {
    Event row =
        Rooms.place(
                Event.object()
                    .with("name", room.name())
                    .with("created_by", RoomLists.creator(room))
                    .with("is_public", room.isPublic()),
                unread.top())
            .with("unread", unread.count())
            .with("mentions", unread.mentions());
    Event marked = isIn(unread.top(), read) ? row.with("read_seq", read.seq()) : row;
    return unread.lastMillis() == 0
        ? marked.withNull("last_message")
        : marked.withSeconds("last_message", unread.lastMillis());
  }

  /** Tests whether a marker is in the log that has this end, not in one that was lost. */
  private static boolean isIn(Position top, Position read) {
    return !read.equals(Position.UNKNOWN) && read.epoch().equals(top.epoch());
  }

  /** Adds the users whose private messages are not read, those that programs wrote included. */
  private static Event conversations(Event list, Unread inbox, Map<String, Position> ofUsers) {
    Map<String, Integer> unread = new HashMap<>();
    inbox
        .byAuthor()
        .forEach(
            (author, count) ->
                unread.merge(
                    author.startsWith(Requests.PROGRAM) ? author.substring(1) : author,
                    count,
                    Integer::sum));
    List<Event> rows =
        unread.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(
                entry -> {
                  Event row =
                      Event.object()
                          .with("username", entry.getKey())
                          .with("unread", entry.getValue());
                  Position read = ofUsers.get(entry.getKey());
                  return read != null && isIn(inbox.top(), read)
                      ? row.with("read_seq", read.seq())
                      : row;
                })
            .toList();
    Event with = list.withList("conversations", rows);
    return inbox.top().equals(Position.UNKNOWN)
        ? with
        : with.with("inbox_seq", inbox.top().seq()).with("inbox_epoch", inbox.top().epoch());
  }

  private static Event invitation(Room room, String value) {
    String from = value.substring(value.indexOf('\n') + 1);
    return Event.object().with("room", room.name()).with("from_username", from);
  }
}
