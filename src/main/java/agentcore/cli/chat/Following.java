package agentcore.cli.chat;

import agentcore.cli.chat.Request.Purpose;
import agentcore.cli.common.ServerEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides which rooms a connection enters and leaves. The server keeps the list of the user's rooms
 * for all devices. The terminal enters those in the list, and leaves those that the user has left
 * elsewhere. An older server keeps no list; then the rooms of the last connection are joined again.
 * Not thread-safe.
 */
final class Following {
  /** The server's limit by default. */
  private static final int MOST_ROOMS = 100;

  private final JoinedRooms rooms;

  /** The rooms that this connection is in. */
  private final Set<String> entered = new HashSet<>();

  /** The rooms that were in the list, or that a server which keeps one let the user join. */
  private final Set<String> kept = new HashSet<>();

  /** The rooms in the list that this connection cannot enter. */
  private final Set<String> closed = new HashSet<>();

  /** The positions from which rooms in the list are entered for the first time. */
  private final Map<String, JoinedRooms.Position> asked = new HashMap<>();

  private Optional<String> defaultEpoch = Optional.empty();
  private boolean isSameStore;
  private boolean isFirst;
  private boolean isSupported;

  /** Creates the decisions about these rooms. */
  Following(JoinedRooms rooms) {
    this.rooms = rooms;
  }

  /** Handles the first event of a connection. */
  void welcomed(ServerEvent welcome) {
    entered.clear();
    closed.clear();
    asked.clear();
    isFirst = true;
    isSupported = false;
    Optional<String> epoch = Optional.of(welcome.text("epoch")).filter(text -> !text.isEmpty());
    isSameStore = epoch.isPresent() && epoch.equals(defaultEpoch);
    defaultEpoch = epoch;
  }

  /** Returns whether the server keeps the list, as far as known. */
  boolean isSupported() {
    return isSupported;
  }

  /** Returns the position from which a room in the list is entered for the first time. */
  Optional<JoinedRooms.Position> asked(String room) {
    return Optional.ofNullable(asked.get(room));
  }

  /** Notes that the connection is in a room. */
  void entered(String room) {
    entered.add(room);
    closed.remove(room);
    asked.remove(room);
    if (isSupported) {
      kept.add(room);
    }
  }

  /** Notes that the user is no longer in a room. */
  void left(String room) {
    entered.remove(room);
    kept.remove(room);
    closed.clear(); // there is a place now
  }

  /** Notes that this connection cannot enter a room in the list. */
  void refused(String room) {
    closed.add(room);
  }

  /** Returns the requests to join the rooms of the last connection, since there is no list. */
  List<Request> withoutList() {
    isFirst = false;
    List<Request> requests = new ArrayList<>();
    missing().forEach((room, seen) -> requests.add(Request.resume(room, seen)));
    return requests;
  }

  /** Returns the requests to join one by one, after the server refused to let several be joined. */
  List<Request> oneByOne(Request joinAll) {
    List<Request> requests = new ArrayList<>();
    for (ServerEvent each : ServerEvent.of(joinAll.data()).events("rooms")) {
      JoinedRooms.Position seen =
          new JoinedRooms.Position(
              each.text("epoch"), each.number("since"), each.text("message_id"));
      requests.add(Request.resume(each.text("room"), seen));
    }
    return requests;
  }

  private Map<String, JoinedRooms.Position> missing() {
    Map<String, JoinedRooms.Position> missing = rooms.positions();
    missing.keySet().removeAll(entered);
    return missing;
  }

  /** Returns the rooms that the user has left elsewhere while this client was away. */
  List<String> leftElsewhere(ServerEvent list) {
    Set<String> listed = listed(list);
    return isFirst && isSameStore
        ? missing().keySet().stream()
            .filter(room -> kept.contains(room) && !listed.contains(room))
            .toList()
        : List.of();
  }

  /** Returns the requests that bring this connection into the rooms of the list. */
  List<Request> listed(ServerEvent list, List<String> gone) {
    isSupported = true;
    isFirst = false;
    Set<String> listed = listed(list);
    List<Request> requests = new ArrayList<>();
    for (String room : entered) {
      if (kept.contains(room) && !listed.contains(room)) {
        requests.add(Request.inRoom(Purpose.RESUME, "leave_room", room));
      }
    }
    Map<String, JoinedRooms.Position> joins = missing();
    joins.keySet().removeAll(gone);
    for (ServerEvent row : list.events("rooms")) {
      String room = row.text("name");
      boolean isDefault = rooms.defaultRoom().filter(room::equals).isPresent();
      boolean isKnown = entered.contains(room) || joins.containsKey(room);
      if (!isDefault && !isKnown && !closed.contains(room)) {
        asked.put(room, JoinedRooms.Position.of(row));
        joins.put(room, JoinedRooms.Position.of(row));
      }
    }
    kept.addAll(listed);
    requests.addAll(inParts(joins));
    return requests;
  }

  private Set<String> listed(ServerEvent list) {
    Set<String> names = new HashSet<>(rooms.defaultRoom().stream().toList());
    list.events("rooms").forEach(row -> names.add(row.text("name")));
    return names;
  }

  private static List<Request> inParts(Map<String, JoinedRooms.Position> joins) {
    List<Request> requests = new ArrayList<>();
    Map<String, JoinedRooms.Position> part = new LinkedHashMap<>();
    joins.forEach(
        (room, seen) -> {
          part.put(room, seen);
          if (part.size() == MOST_ROOMS) {
            requests.add(Request.joinAll(part));
            part.clear();
          }
        });
    if (!part.isEmpty()) {
      requests.add(Request.joinAll(part));
    }
    return requests;
  }
}
