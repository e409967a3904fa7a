package agentcore.client;

import agentcore.client.LogPosition.Recovered;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * The rooms of a client. Only the server's frames, in order, change which rooms the client is in;
 * requests only ask. Every request to join a known room contains the position of the last message
 * seen there. The rooms follow the user: the client enters the rooms in the user's list, and leaves
 * those that the user has left on another device.
 */
final class Rooms {
  private static final int KEPT_POSITIONS = 200;

  private final Loop loop;
  private final Requests requests;
  private final Pace pace;
  private final RandomGenerator random;
  private final BooleanSupplier isOnline;
  private final Emitter emitter;
  private final Map<String, Room> rooms = new LinkedHashMap<>();

  /** Positions in lost rooms, for joining them again. */
  private final Map<String, LogPosition> lostPositions = new LinkedHashMap<>();

  private final Turns turns;
  private final DefaultRoom defaultRoom;
  private final RoomList list;
  private final Joins joins;

  /** The room whose position is in the address of the current attempt. */
  private String resumed = "";

  /** Rooms in the list that this connection cannot enter. */
  private final Set<String> closed = new HashSet<>();

  /** The number of pending requests to leave each room. */
  private final Map<String, Integer> leaves = new HashMap<>();

  Rooms(
      Loop loop,
      Requests requests,
      Pace pace,
      RandomGenerator random,
      RoomList list,
      BooleanSupplier isOnline,
      Emitter emitter) {
    this.loop = loop;
    this.requests = requests;
    this.pace = pace;
    this.random = random;
    this.isOnline = isOnline;
    this.emitter = emitter;
    this.list = list;
    this.turns = new Turns(loop, pace, random, isOnline, new RoomJobs());
    this.defaultRoom = new DefaultRoom(requests, turns, isOnline);
    this.joins =
        new Joins(
            loop,
            requests,
            turns,
            isOnline,
            room -> rooms.get(room.name) == room,
            this::joinFields,
            (name, failure) -> lost(name, failure.code(), String.valueOf(failure.getMessage())));
  }

  /** Returns the names of the rooms that the client is in or rejoins. */
  List<String> names() {
    return List.copyOf(rooms.keySet());
  }

  /** Returns a room that the client is in or rejoins. */
  Optional<Room> find(String name) {
    return Optional.ofNullable(rooms.get(name));
  }

  /** Adds a room, which the client then joins. */
  Room add(String name) {
    return find(name).orElseGet(() -> open(name, new LogPosition(LastSeen.NOTHING, true)));
  }

  private Room open(String name, LogPosition position) {
    Outbox outbox =
        new Outbox(
            loop,
            pace,
            random,
            (id, data) -> {
              Reply reply = requests.send("chat_message", data, id);
              reply.orElse(
                  failure -> {
                    if (failure.is("NOT_IN_ROOM")) {
                      refused(name);
                    }
                  });
              return reply;
            });
    LogPosition known = lostPositions.remove(name);
    Room room = new Room(name, known == null ? position : known, outbox);
    rooms.put(name, room);
    return room;
  }

  private static JsonObject named(String room) {
    JsonObject data = new JsonObject();
    data.addProperty("room", room);
    return data;
  }

  /** Sends a message to a room, as soon as the connection is in the room. */
  Reply send(String name, String text, String id) {
    Room room = find(name).orElseThrow(() -> ChatException.notInRoom(name));
    JsonObject data = named(name);
    data.addProperty("text", text);
    return room.outbox.send(id, data);
  }

  /** Joins a room; {@code seen} counts for a room that this client does not know. */
  Reply join(String name, String id, LastSeen seen) {
    Optional<Room> room = find(name);
    Optional<Reply> pending = room.flatMap(known -> known.joining);
    if (pending.isPresent()) {
      return pending.get();
    }
    if (room.isPresent()) {
      return joins.join(
          room.get(), (data, isWanted) -> requests.ask("join_room", id, data, isWanted));
    }
    boolean isResumed = !seen.epoch().isEmpty();
    if (isResumed) {
      keepPosition(name, new LogPosition(seen, true));
    }
    Reply reply = requests.ask("join_room", id, () -> joinFields(name), () -> true);
    if (isResumed) {
      reply.orElse(failure -> lostPositions.remove(name));
    }
    if (defaultRoom.hasLeft(name)) {
      defaultRoom.holdLeaving(reply);
    }
    return reply;
  }

  /** Leaves a room. */
  Reply leave(String name, String id) {
    return leave(name, data -> requests.ask("leave_room", id, data));
  }

  private Reply leave(String name, Function<JsonObject, Reply> ask) {
    find(name).ifPresent(room -> room.joining = Optional.empty());
    leaves.merge(name, 1, Integer::sum);
    Reply result = new Reply(loop);
    ask.apply(named(name))
        .then(
            frame -> {
              result.resolve(frame);
              leaveEnded(name);
            },
            failure -> {
              leaveFailed(name, failure, result);
              leaveEnded(name);
            });
    return result;
  }

  private void leaveFailed(String name, ChatException failure, Reply result) {
    Optional<Room> present = find(name); // a new one if the client left and joined in the meantime
    if (failure.is("NOT_IN_ROOM")) {
      refresh(); // the room may still be in the list
      if (present.isPresent()) {
        result.resolve(leftAlready(name));
        return;
      }
    }
    if (!failure.is("RATE_LIMIT_EXCEEDED")) {
      present.filter(room -> room.isIn).ifPresent(room -> room.isDoubtful = true);
    }
    result.reject(failure);
  }

  private void leaveEnded(String name) {
    leaves.computeIfPresent(name, (room, count) -> count == 1 ? null : count - 1);
    turns.ask();
  }

  /** Handles NOT_IN_ROOM like a {@code room_left}. */
  private ChatEvent leftAlready(String name) {
    ChatEvent frame = ChatEvent.of("room_left", named(name));
    left(name);
    emitter.emit(frame);
    return frame;
  }

  /**
   * Notes that the server answered NOT_IN_ROOM for a room it had confirmed. {@code user_removed}
   * may still arrive.
   */
  void refused(String name) {
    Optional<Room> room = find(name).filter(known -> known.isIn);
    if (room.isEmpty()) {
      return;
    }
    if (leaves.containsKey(name)) {
      room.get().isDoubtful = true;
      return;
    }
    room.get().exit();
    turns.pause();
  }

  /** Returns the position in the default room, for the address of an attempt. */
  JsonObject resume() {
    resumed = defaultRoom.name();
    JsonObject position = new JsonObject();
    find(resumed).ifPresent(room -> room.position.addTo(position));
    return position;
  }

  /** Asks for the list of the user's rooms. */
  void refresh() {
    list.refresh();
    turns.ask();
  }

  /** Handles a {@code welcome}. */
  void welcomed(ChatEvent frame) {
    joins.welcomed();
    list.welcomed();
    if (defaultRoom.welcomed(frame)) {
      String name = defaultRoom.name();
      // otherwise it is about another room
      arrived(name, frame, name.equals(resumed) ? Recovered.of(frame) : Recovered.UNSAID);
    }
    turns.ask();
  }

  /** Notes that the connection has ended. */
  void disconnected() {
    turns.stop();
    defaultRoom.disconnected();
    closed.clear();
    list.disconnected();
    rooms.values().forEach(Room::disconnect);
  }

  /** Notes that the client is closed. Unsent messages fail. */
  void end(ChatException failure) {
    disconnected();
    rooms.values().forEach(room -> room.outbox.end(failure));
  }

  /** The requests that have to be sent. */
  private final class RoomJobs implements Turns.Jobs {
    @Override
    public int count() {
      return toLeave().size()
          + (defaultRoom.mayLeave() ? 1 : 0)
          + (list.canAsk() ? 1 : 0)
          + joins.count(toJoin(), list.isKept());
    }

    @Override
    public Optional<Reply> next() {
      if (defaultRoom.mayLeave()) {
        return Optional.of(defaultRoom.leave());
      }
      if (list.canAsk()) {
        return Optional.of(list.ask(failure -> failure.ifPresentOrElse(turns::retry, turns::ask)));
      }
      List<Room> unwanted = toLeave();
      if (!unwanted.isEmpty()) {
        return Optional.of(leaveUnwanted(unwanted.getFirst()));
      }
      List<Room> missing = toJoin();
      return missing.isEmpty() ? Optional.empty() : Optional.of(joins.next(missing, list.isKept()));
    }

    /** Returns the rooms to join, the most urgent first; none before the list is known. */
    private List<Room> toJoin() {
      if (list.isFirst()) {
        return List.of();
      }
      return rooms.values().stream()
          .filter(room -> room.needsJoin() && !leaves.containsKey(room.name))
          .sorted(Comparator.comparingInt(RoomJobs::urgency))
          .toList();
    }

    private static int urgency(Room room) {
      return room.failures * 2 - (room.outbox.hasUnsent() ? 1 : 0);
    }

    private List<Room> toLeave() {
      return rooms.values().stream()
          .filter(room -> room.isUnwanted && !leaves.containsKey(room.name))
          .toList();
    }
  }

  /**
   * Returns the fields of a request to join: the position of the last message seen in a room, even
   * while a request to leave is pending, which may fail. If it succeeds, {@code room_left} has
   * discarded the position when the missed messages arrive, and the client drops them.
   */
  private JsonObject joinFields(String name) {
    JsonObject data = named(name);
    find(name)
        .map(room -> room.position)
        .or(() -> Optional.ofNullable(lostPositions.get(name)))
        .ifPresent(position -> position.addTo(data));
    return data;
  }

  /** Leaves a room that the user has left on another device. */
  private Reply leaveUnwanted(Room room) {
    Reply reply = leave(room.name, data -> requests.send("leave_room", data));
    reply.orElse(
        failure -> {
          if (!isOnline.getAsBoolean() || rooms.get(room.name) != room) {
            return;
          }
          if (failure.isRetryable()) {
            turns.retry(failure);
          } else {
            room.isUnwanted = false;
          }
        });
    return reply;
  }

  /**
   * Handles a frame. Returns whether the application receives it. It receives each message once,
   * and no message of the default room after the user left it, even if the server still sends some.
   */
  boolean receive(ChatEvent frame, String ownChannel) {
    String name = frame.text("room");
    Optional<Room> room = find(name);
    switch (frame.type()) {
      case "chat_message" -> {
        return room.map(known -> isNew(known, frame)).orElse(!name.equals(defaultRoom.name()));
      }
      case "my_rooms" -> listed(frame);
      case "my_room_joined" -> {
        closed.remove(name);
        room.ifPresent(known -> known.isUnwanted = false);
        refresh();
      }
      case "my_room_left" -> {
        closed.remove(name);
        refresh();
      }
      case "room_joined" -> arrived(name, frame, Recovered.of(frame));
      case "room_info" -> room.ifPresent(known -> known.info = Optional.of(frame));
      case "room_left" -> left(name);
      case "user_removed" -> {
        if (frame.text("user_id").equals(ownChannel)) {
          lost(name, "removed", "You were removed from this room");
        }
      }
      case "room_reset" -> {
        room.ifPresent(known -> known.position.go(frame));
        defaultRoom.reset(frame);
        gap(name, frame.text("reason"));
      }
      default -> {}
    }
    return true;
  }

  private boolean isNew(Room room, ChatEvent message) {
    if (!message.has("seq")) {
      return true; // a server without logs sends each message once
    }
    LogPosition.Order order = room.position.read(message);
    if (order == LogPosition.Order.HOLE) {
      gap(room.name, "hole");
    }
    return order != LogPosition.Order.KNOWN;
  }

  private void arrived(String name, ChatEvent frame, Recovered recovered) {
    defaultRoom.arrived(name);
    Room room = add(name);
    room.isKept |= list.isKept();
    if (room.arrive(frame, recovered)) {
      gap(name, "not recovered");
    }
  }

  /**
   * Handles the list of the user's rooms. What the client does follows from the list alone, so all
   * devices agree.
   */
  private void listed(ChatEvent frame) {
    List<ChatEvent> rows = frame.objects("rooms");
    Set<String> names = new HashSet<>(Set.of(defaultRoom.name()));
    rows.forEach(row -> names.add(row.text("name")));
    boolean isSameStore =
        defaultRoom.isSameStore()
            || rows.stream()
                .filter(row -> !row.text("name").equals(defaultRoom.name()))
                .filter(row -> !row.text("epoch").isEmpty())
                .anyMatch(this::isOfKnownLog);
    list.answered();
    for (Room room : List.copyOf(rooms.values())) {
      // joined before this answer, so the server had put it into the list
      room.isKept |= room.isIn;
      boolean isUnlisted = room.isKept && !names.contains(room.name);
      room.isUnwanted = isUnlisted && room.isIn;
      if (isUnlisted && !room.isIn && room.joining.isEmpty()) {
        if (room.isFollowed) {
          unfollow(room);
        } else if (isSameStore) {
          var unused = leftAlready(room.name);
        }
      }
    }
    rows.forEach(this::follow);
    turns.ask();
  }

  private boolean isOfKnownLog(ChatEvent row) {
    return find(row.text("name"))
        .filter(room -> room.position.epoch().equals(row.text("epoch")))
        .isPresent();
  }

  /** Enters a room in the list, from the position at which its entries were counted. */
  private void follow(ChatEvent row) {
    String name = row.text("name");
    if (!rooms.containsKey(name)) {
      boolean isLeft =
          name.equals(defaultRoom.name()) || defaultRoom.hasLeft(name) || leaves.containsKey(name);
      if (isLeft || closed.contains(name)) {
        return;
      }
      LastSeen counted = new LastSeen(row.text("epoch"), row.number("seq"), "");
      open(name, new LogPosition(counted, false)).isFollowed = true;
    }
    add(name).isKept = true;
  }

  /**
   * Forgets a room that the client has not entered. A position from before a {@code room_lost}
   * stays.
   */
  private void unfollow(Room room) {
    keepPosition(room.name, room.position);
    forget(room.name);
  }

  private void gap(String room, String reason) {
    JsonObject fields = named(room);
    fields.addProperty("reason", reason);
    emitter.emit(ChatEvent.of("gap", fields));
  }

  private void left(String name) {
    defaultRoom.left(name);
    closed.clear(); // there is a place now
    lostPositions.remove(name);
    forget(name);
  }

  private void lost(String name, String reason, String message) {
    Optional<Room> room = find(name);
    if (!reason.equals("removed")) {
      room.ifPresent(known -> keepPosition(name, known.position));
    }
    forget(name);
    if (room.isPresent() && room.get().isFollowed) {
      closed.add(name);
      return; // the application does not know it
    }
    JsonObject fields = named(name);
    fields.addProperty("reason", reason);
    fields.addProperty("message", message);
    emitter.emit(ChatEvent.of("room_lost", fields));
  }

  private void keepPosition(String name, LogPosition position) {
    if (!position.isSeen()) {
      return;
    }
    lostPositions.put(name, position);
    if (lostPositions.size() > KEPT_POSITIONS) {
      lostPositions.remove(new ArrayList<>(lostPositions.keySet()).getFirst());
    }
  }

  private void forget(String name) {
    Room room = rooms.remove(name);
    if (room != null) {
      room.exit();
      room.outbox.end(ChatException.notInRoom(name));
    }
  }
}
