package agentcore.cli.chat;

import agentcore.cli.chat.Request.Purpose;
import agentcore.cli.common.ServerEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/** The rooms that the user is in, each with the position of the last message received. */
final class JoinedRooms {
  /** How a message follows the previous one. */
  enum Order {
    NEXT,
    DUPLICATE,
    /** Messages are missing in between, and the server did not announce it. */
    GAP
  }

  /**
   * A position in a room's log.
   *
   * @param messageId of the message at this position; empty if unknown
   */
  record Position(String epoch, long seq, String messageId) {
    /** Reads the position that an event carries. */
    static Position of(ServerEvent event) {
      return new Position(event.text("epoch"), event.number("seq"), event.text("message_id"));
    }
  }

  private final SequencedMap<String, Position> positions = new LinkedHashMap<>();
  private String defaultRoom = ""; // empty: there is none
  private String current = "";

  boolean contains(String room) {
    return positions.containsKey(room);
  }

  /** Returns the room that the user's texts go to. */
  Optional<String> current() {
    return Optional.of(current).filter(room -> !room.isEmpty());
  }

  void switchTo(String room) {
    current = room;
  }

  /** Returns the room that the server adds everybody to. */
  Optional<String> defaultRoom() {
    return Optional.of(defaultRoom).filter(room -> !room.isEmpty());
  }

  /** Returns the rooms, each with the position of the last message received. */
  Map<String, Position> positions() {
    return new LinkedHashMap<>(positions);
  }

  /** Returns the position from which the next connection resumes the default room. */
  Optional<Position> resume() {
    return defaultRoom().map(positions::get);
  }

  /**
   * Handles the welcome on a new connection.
   *
   * @param joined the rooms that the new connection is in
   * @return the requests to leave those of them that the user has left
   */
  List<Request> welcomed(List<String> joined, boolean isFirst) {
    List<Request> requests = new ArrayList<>();
    for (String room : joined) {
      if (!isFirst && !positions.containsKey(room)) {
        requests.add(Request.inRoom(Purpose.RESUME, "leave_room", room));
      }
    }
    defaultRoom = joined.stream().findFirst().orElse("");
    current = isFirst ? defaultRoom : current;
    return requests;
  }

  /**
   * Adds a room that the server confirms.
   *
   * @param event with the room's position, and after a resume with {@code recovered}
   * @param asked the position in the request to join; the missed messages follow it
   * @return whether messages may be missing
   */
  boolean joined(String room, ServerEvent event, Optional<Position> asked) {
    boolean isLost = event.has("recovered") && !event.is("recovered");
    if (isLost || !positions.containsKey(room)) {
      Position here = Position.of(event);
      positions.put(room, event.is("recovered") ? asked.orElse(here) : here);
    } // else keep the known position: the missed messages follow it
    return isLost;
  }

  /** Moves to another position in a room, after the server lost messages. */
  void reset(String room, Position position) {
    positions.replace(room, position);
  }

  /** Notes a message of a room, and returns how it follows the previous one. */
  Order received(String room, Position position) {
    Position before = positions.get(room);
    if (before == null) {
      return Order.NEXT; // the user has left the room in the meantime
    }
    boolean isSameEpoch = before.epoch().equals(position.epoch());
    if (isSameEpoch && position.seq() <= before.seq()) {
      return Order.DUPLICATE;
    }
    positions.put(room, position);
    return isSameEpoch && position.seq() == before.seq() + 1 ? Order.NEXT : Order.GAP;
  }

  /** Removes a room; if it was the current one, another one becomes the current one. */
  void left(String room) {
    positions.remove(room);
    if (current.equals(room)) {
      current =
          positions.containsKey(defaultRoom)
              ? defaultRoom
              : positions.keySet().stream().findFirst().orElse("");
    }
  }
}
