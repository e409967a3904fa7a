package agentcore.core.connection;

import agentcore.core.backend.Room;
import agentcore.core.message.Event;
import java.util.Optional;

/**
 * What the connections of one endpoint are told about a room after hints were lost: hints of who
 * came and went are in no log.
 */
@FunctionalInterface
public interface RoomRefresher {
  /** Says nothing: what a connection has that belongs to no endpoint. */
  RoomRefresher NONE = (room, members) -> Optional.empty();

  /**
   * Returns the event for the endpoint's members of a room; empty for none. May block.
   *
   * @param members how many members the room has, over all endpoints and servers
   */
  Optional<Event> refresh(Room room, int members);
}
