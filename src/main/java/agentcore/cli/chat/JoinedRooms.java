package agentcore.cli.chat;

import agentcore.cli.chat.Request.Purpose;
import agentcore.cli.common.ServerEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** The rooms that the user is in, and how far each was read: what a new connection resumes. */
final class JoinedRooms {
  /** How a message follows the one before it. */
  enum Order {
    NEXT,
    /** It was seen before. */
    SEEN,
    /** Some between are missing, and the server did not say so. */
    GAP
  }

  private final SequencedMap<String, Place> places = new LinkedHashMap<>();
  private Optional<String> defaultRoom = Optional.empty();
  private Optional<String> current = Optional.empty();

  boolean contains(String room) {
    return places.containsKey(room);
  }

  /** Returns the room in which the user speaks. */
  Optional<String> current() {
    return current;
  }

  void goTo(Optional<String> room) {
    current = room;
  }

  /** Returns the room into which the server puts everybody. */
  Optional<String> defaultRoom() {
    return defaultRoom;
  }

  /** Returns how far that was read, to be resumed while connecting. */
  Optional<Place> resume() {
    return defaultRoom.map(places::get);
  }

  /**
   * The server greets on a first connection, or on another.
   *
   * @param in the rooms that the new connection is in
   * @return what is to be asked for so that it is where the old one was
   */
  List<Request> welcomed(List<String> in, boolean isFirst) {
    List<Request> requests = new ArrayList<>();
    places.forEach(
        (room, seen) -> {
          if (!in.contains(room)) {
            requests.add(Request.resume(room, seen));
          }
        });
    for (String room : in) {
      if (!isFirst && !places.containsKey(room)) {
        requests.add(Request.inRoom(Purpose.RESUME, "leave_room", room));
      }
    }
    defaultRoom = in.stream().findFirst();
    current = isFirst ? defaultRoom : current;
    return requests;
  }

  /**
   * The server says that the user is in a room.
   *
   * @param event with the room's place, and on a resume with {@code recovered}
   * @return whether messages may be missing
   */
  boolean entered(String room, ServerEvent event) {
    boolean isLost = event.has("recovered") && !event.is("recovered");
    if (isLost || !places.containsKey(room)) {
      places.put(room, Place.of(event));
    } // else what was missed follows, from the place that is known
    return isLost;
  }

  /** The server says that a room goes on elsewhere. */
  void reset(String room, Place place) {
    places.replace(room, place);
  }

  /** Notes a message of a room. */
  Order take(String room, Place place) {
    Place before = places.replace(room, place);
    if (before == null) {
      return Order.NEXT; // a room that was left meanwhile
    }
    if (before.epoch().equals(place.epoch()) && place.seq() <= before.seq()) {
      places.replace(room, before);
      return Order.SEEN;
    }
    return before.epoch().equals(place.epoch()) && place.seq() == before.seq() + 1
        ? Order.NEXT
        : Order.GAP;
  }

  /** The user is no longer in a room. */
  void left(String room) {
    places.remove(room);
    if (current.filter(room::equals).isPresent()) {
      current =
          defaultRoom.filter(places::containsKey).or(() -> places.keySet().stream().findFirst());
    }
  }
}
