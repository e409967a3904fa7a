package agentcore.client.rooms;

import agentcore.client.connection.Frame;
import agentcore.client.requests.Failure;
import agentcore.client.requests.Outbox;
import com.google.gson.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.Function;

/**
 * The rooms that a client is in or rejoins, and positions in rooms that it has lost, from which it
 * resumes if it joins them again.
 */
public final class RoomTable {
  private static final int KEPT_POSITIONS = 200;

  private final Function<String, Outbox> outboxes;
  private final Map<String, Room> rooms = new LinkedHashMap<>();
  private final SequencedMap<String, LogPosition> lostPositions = new LinkedHashMap<>();

  /** Creates an empty table; {@code outboxes} creates the outbox of a room. */
  RoomTable(Function<String, Outbox> outboxes) {
    this.outboxes = outboxes;
  }

  public List<String> names() {
    return List.copyOf(rooms.keySet());
  }

  List<Room> all() {
    return List.copyOf(rooms.values());
  }

  Optional<Room> find(String name) {
    return Optional.ofNullable(rooms.get(name));
  }

  /** Returns the last {@code room_info} of a room. */
  public Optional<Frame> info(String name) {
    return find(name).flatMap(room -> room.info);
  }

  /** Returns the seq of the last message seen in a room, or 0. */
  public long seq(String name) {
    return find(name).map(room -> room.position.seq()).orElse(0L);
  }

  /** Returns whether the client is in a room or rejoins it. */
  public boolean has(String name) {
    return rooms.containsKey(name);
  }

  /** Returns whether a room is still this one. */
  boolean has(Room room) {
    return rooms.get(room.name) == room;
  }

  /** Adds a room for the application, which the client then joins. */
  public void request(String name) {
    var unused = add(name);
  }

  /** Adds a room, if it is not there. */
  Room add(String name) {
    return find(name).orElseGet(() -> open(name, LogPosition.unknown()));
  }

  /** Adds a room, at a position unless the one in the lost room is known. */
  Room open(String name, LogPosition position) {
    LogPosition known = lostPositions.remove(name);
    Room room = new Room(name, known == null ? position : known, outboxes.apply(name));
    rooms.put(name, room);
    return room;
  }

  /** Removes a room. Its unsent messages fail. */
  void forget(String name) {
    Room room = rooms.remove(name);
    if (room != null) {
      room.exit();
      room.outbox.end(Failure.notInRoom(name));
    }
  }

  /** Keeps a position for the case that the client joins the room again. */
  void keepPosition(String name, LogPosition position) {
    if (!position.isSeen()) {
      return;
    }
    lostPositions.put(name, position);
    if (lostPositions.size() > KEPT_POSITIONS) {
      var unused = lostPositions.pollFirstEntry();
    }
  }

  void dropPosition(String name) {
    lostPositions.remove(name);
  }

  /**
   * Returns the fields of a request to join: the position of the last message seen in a room, even
   * while a request to leave is pending, which may fail. If it succeeds, {@code room_left} has
   * discarded the position when the missed messages arrive, and the client drops them.
   */
  JsonObject joinFields(String name) {
    JsonObject data = Room.named(name);
    find(name)
        .map(room -> room.position)
        .or(() -> Optional.ofNullable(lostPositions.get(name)))
        .ifPresent(position -> position.addTo(data));
    return data;
  }
}
