package agentcore.core.group;

import agentcore.core.backend.Room;
import agentcore.core.message.Event;
import java.util.Optional;

/**
 * Builds the event that brings an endpoint's members up to date after presence hints were lost, as
 * no log has those.
 */
@FunctionalInterface
public interface Resync {
  /**
   * Returns the event for the endpoint's members of a room, if there is one. May block.
   *
   * @param members how many members the room has, over all endpoints and servers
   */
  Optional<Event> event(Room room, int members);
}
