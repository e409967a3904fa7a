package agentcore.example;

import agentcore.core.Config;
import agentcore.core.Setting;
import agentcore.core.backend.Accounts.SetResult;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Log.ReadMarks;
import agentcore.core.backend.Log.Unread;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Position;
import agentcore.core.backend.Room;
import agentcore.core.consumer.Membership;
import agentcore.core.consumer.Session;
import agentcore.core.message.ClientException;
import agentcore.core.message.Event;
import agentcore.core.message.Fields;
import agentcore.core.message.Message;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Moves the read markers of a user: how far the user has read each room, and in the own log the
 * messages of each other user. A marker never moves back within a log.
 */
final class ReadMarkers {
  static final String SET = "read";

  private static final int MAX = 2000;
  private static final char ROOM = 'r';
  private static final char USER = 'u';

  private final DefaultRoom defaultRoom;
  private final boolean hasReceipts;
  private final int inboxSize;

  /**
   * What is being marked.
   *
   * @param key the marker's name in the set
   * @param described an event that names it
   */
  private record Target(String key, GroupId log, Event described) {}

  ReadMarkers(Config config) {
    this.defaultRoom = new DefaultRoom(config);
    this.hasReceipts = config.text(ChatSetting.READ_RECEIPTS).equals("true");
    this.inboxSize = config.integer(Setting.INBOX_SIZE);
  }

  /** Returns the marker of a room, in the set of a user. */
  static Optional<Position> of(Map<String, String> set, Room room) {
    return Optional.ofNullable(set.get(ROOM + room.id())).map(ReadMarkers::parse);
  }

  /** Returns the markers for the messages of other users, by user. */
  static Map<String, Position> ofUsers(Map<String, String> set) {
    return set.entrySet().stream()
        .filter(entry -> entry.getKey().charAt(0) == USER)
        .collect(
            Collectors.toMap(
                entry -> entry.getKey().substring(1), entry -> parse(entry.getValue())));
  }

  /** Returns what a user has read of the own log. Programs write under names with a slash. */
  static ReadMarks ofInbox(String user, Map<String, Position> ofUsers) {
    Map<String, Position> byAuthor = new HashMap<>(ofUsers);
    ofUsers.forEach((name, read) -> byAuthor.put(Requests.PROGRAM + name, read));
    return new ReadMarks(GroupId.user(user), Position.UNKNOWN, byAuthor);
  }

  private static Position parse(String value) {
    String[] parts = value.split(" ", 2);
    return new Position(parts[1], Long.parseLong(parts[0]), "");
  }

  private static String text(Position read) {
    return read.seq() + " " + read.epoch();
  }

  /** Handles {@code mark_read}. */
  void mark(Session session, Message message) {
    long seq = seq(message);
    if (Requests.isPrivate(message)) {
      markUser(session, message, seq);
    } else {
      markRoom(session, message, seq);
    }
  }

  private static long seq(Message message) {
    OptionalLong seq = message.data().integer("seq");
    if (seq.isEmpty() || seq.getAsLong() < 0) {
      throw Fields.wrongKind("seq", "an integer of at least 0");
    }
    return seq.getAsLong();
  }

  private void markRoom(Session session, Message message, long seq) {
    String name = Requests.roomName(message, "room");
    Membership membership = Requests.membership(session, name);
    Room room = membership.room();
    Position wanted = atMost(session.position(membership), seq);
    Target target =
        new Target(
            ROOM + room.id(), GroupId.room(room), Event.of("read_marker").with("room", name));
    if (move(session, message, target, wanted) && hasReceipts) {
      session.hint(room, Rooms.about(session, "user_read", name).with("seq", wanted.seq()));
    }
  }

  private void markUser(Session session, Message message, long seq) {
    String user = Requests.user(message);
    Target target =
        new Target(
            USER + user,
            GroupId.user(session.user()),
            Event.of("read_marker").with("username", user));
    Position wanted = atMost(session.inbox().position(), seq);
    if (move(session, message, target, wanted) && hasReceipts) {
      tellAuthor(session, user);
    }
  }

  /** Returns the position with this seq; the end of the log, if it is beyond that. */
  private static Position atMost(Position end, long seq) {
    return new Position(end.epoch(), Math.min(seq, end.seq()), "");
  }

  /** Tells a user how many of the private messages that the user wrote are not read. */
  private static void tellAuthor(Session session, String author) {
    Map<String, String> set = session.accounts().read(session.user(), List.of(SET)).getFirst();
    ReadMarks marks = ofInbox(session.user(), ofUsers(set));
    int unread = session.unread(List.of(marks)).getFirst().byAuthor().getOrDefault(author, 0);
    Event receipt =
        Event.of("user_read")
            .with("username", session.user())
            .with("to_username", author)
            .with("unread", unread);
    session.presence().broadcast(GroupId.user(author), Notice.everyone(session.text(receipt)));
  }

  /** Moves a marker and replies with it. Returns whether it has moved. */
  private boolean move(Session session, Message message, Target target, Position wanted) {
    Optional<String> now = session.accounts().find(session.user(), SET, target.key());
    while (isForward(session, target, now.map(ReadMarkers::parse), wanted)) {
      Event moved = Rooms.place(target.described(), wanted);
      SetResult result = set(session, target, now, wanted, moved);
      if (result == SetResult.FULL) {
        removeUseless(session);
        result = set(session, target, now, wanted, moved);
      }
      if (result == SetResult.FULL) {
        throw new ClientException(
            ChatCodes.LIMIT_EXCEEDED, "Too many read markers (max " + MAX + " per user)");
      }
      if (result == SetResult.SET) {
        session.reply(message, moved);
        return true;
      }
      now = session.accounts().find(session.user(), SET, target.key()); // another device was faster
    }
    session.reply(
        message, Rooms.place(target.described(), now.map(ReadMarkers::parse).orElse(wanted)));
    return false;
  }

  private static SetResult set(
      Session session, Target target, Optional<String> now, Position wanted, Event moved) {
    return session
        .accounts()
        .set(
            session.user(),
            SET,
            target.key(),
            now,
            text(wanted),
            MAX,
            Optional.of(Requests.toOtherDevices(session, moved)));
  }

  /**
   * A marker of another epoch gives way if the log has the new one, and if no more is unread behind
   * the new marker than behind the old one. That marker may still cover entries of the log; if the
   * log was lost, it covers none.
   */
  private static boolean isForward(
      Session session, Target target, Optional<Position> now, Position wanted) {
    if (now.isEmpty()) {
      return wanted.seq() > 0;
    }
    if (now.get().epoch().equals(wanted.epoch())) {
      return wanted.seq() > now.get().seq();
    }
    List<Unread> behind =
        session.unread(
            List.of(new ReadMarks(target.log(), now.get()), new ReadMarks(target.log(), wanted)));
    return behind.get(1).top().epoch().equals(wanted.epoch())
        && behind.get(1).count() <= behind.get(0).count();
  }

  /** Removes the markers of rooms that were left, and those behind which the log was trimmed. */
  private void removeUseless(Session session) {
    List<Map<String, String>> sets =
        session.accounts().read(session.user(), List.of(SET, MyRooms.SET));
    Position top = session.inbox().position();
    sets.get(0)
        .forEach(
            (key, value) -> {
              boolean isUseful =
                  key.charAt(0) == ROOM
                      ? isMine(key.substring(1), sets.get(1))
                      : parse(value).seq() > top.seq() - inboxSize;
              if (!isUseful) {
                boolean unused =
                    session.accounts().remove(session.user(), SET, key, Optional.empty());
              }
            });
  }

  /** Tests whether a user is in the room with an id; everybody is in the default room. */
  private boolean isMine(String id, Map<String, String> rooms) {
    return rooms.containsValue(id) || id.equals(defaultRoom.room().id());
  }
}
