package agentcore.core.consumer;

import agentcore.core.backend.Position;
import agentcore.core.backend.Room;

/**
 * A connection's membership of a room, from entering to leaving. A connection that enters again has
 * a new one. Any thread.
 */
public interface Membership {
  /** Returns the room. */
  Room room();

  /**
   * Returns the position of the room's log when the connection entered. Every later entry is sent
   * to the connection.
   */
  Position entered();
}
