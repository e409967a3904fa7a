package agentcore.core.connection;

import agentcore.core.backend.Position;
import agentcore.core.backend.Room;

/**
 * A connection's place in a room.
 *
 * @param room the room
 * @param group this server's part of it
 * @param will what the others are told when the connection is lost, without timestamp
 * @param entered the log's position when the connection entered: everything later reaches it
 */
public record Membership(Room room, Group group, String will, Position entered) {}
