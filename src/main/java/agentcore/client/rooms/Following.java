package agentcore.client.rooms;

import agentcore.client.connection.Frame;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Decides which rooms the client enters and leaves because of the list of the user's rooms, which
 * the server keeps. What the client does follows from the list alone, so all devices agree.
 */
final class Following {
  private final RoomTable table;
  private final RoomList list;
  private final DefaultRoom defaultRoom;
  private final Leaves leaves;
  private final Function<String, Frame> leftAlready;

  /** Rooms in the list that this connection cannot enter. */
  private final Set<String> closed = new HashSet<>();

  /** Creates the decisions; {@code leftAlready} handles a room that the user has left elsewhere. */
  Following(
      RoomTable table,
      RoomList list,
      DefaultRoom defaultRoom,
      Leaves leaves,
      Function<String, Frame> leftAlready) {
    this.table = table;
    this.list = list;
    this.defaultRoom = defaultRoom;
    this.leaves = leaves;
    this.leftAlready = leftAlready;
  }

  /** Notes that a room in the list cannot be entered. */
  void refused(String room) {
    closed.add(room);
  }

  /** Notes that a room in the list may be entered again. */
  void changed(String room) {
    closed.remove(room);
  }

  /** Notes that all rooms in the list may be entered: there is a place, or another connection. */
  void changedAll() {
    closed.clear();
  }

  /** Handles the list. */
  void listed(Frame frame) {
    List<Frame> rows = frame.objects("rooms");
    Set<String> names = new HashSet<>(Set.of(defaultRoom.name()));
    rows.forEach(row -> names.add(row.text("name")));
    boolean isSameStore =
        defaultRoom.isSameStore()
            || rows.stream()
                .filter(row -> !row.text("name").equals(defaultRoom.name()))
                .filter(row -> !row.text("epoch").isEmpty())
                .anyMatch(this::isOfKnownLog);
    list.answered();
    for (Room room : table.all()) {
      // joined before this answer, so the server had put it into the list
      room.isKept |= room.isIn;
      boolean isUnlisted = room.isKept && !names.contains(room.name);
      room.isUnwanted = isUnlisted && room.isIn;
      if (isUnlisted && !room.isIn && room.joining.isEmpty()) {
        leftElsewhere(room, isSameStore);
      }
    }
    rows.forEach(this::follow);
  }

  private boolean isOfKnownLog(Frame row) {
    Optional<Room> room = table.find(row.text("name"));
    return room.filter(known -> known.position.epoch().equals(row.text("epoch"))).isPresent();
  }

  private void leftElsewhere(Room room, boolean isSameStore) {
    if (room.isFollowed) { // not entered, so the application does not know it
      table.keepPosition(room.name, room.position); // from before a room_lost, if it was seen
      table.forget(room.name);
    } else if (isSameStore) {
      var unused = leftAlready.apply(room.name);
    }
  }

  /** Enters a room in the list, from the position at which its entries were counted. */
  private void follow(Frame row) {
    String name = row.text("name");
    if (table.find(name).isEmpty()) {
      boolean isLeft =
          name.equals(defaultRoom.name()) || defaultRoom.hasLeft(name) || leaves.isPending(name);
      if (isLeft || closed.contains(name)) {
        return;
      }
      LogPosition counted = new LogPosition(row.text("epoch"), row.number("seq"), "", false);
      table.open(name, counted).isFollowed = true;
    }
    table.add(name).isKept = true;
  }
}
