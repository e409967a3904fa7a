package agentcore.example;

import static java.nio.charset.StandardCharsets.UTF_8;

import agentcore.core.AgentCore;
import agentcore.core.Config;
import agentcore.core.ServerRoom;
import agentcore.core.backend.Room;
import java.util.NoSuchElementException;
import java.util.UUID;
import java.util.function.Function;

/**
 * The room that everyone is put into. It is created when it is first needed.
 *
 * @param name empty if there is none
 */
public record DefaultRoom(String name) {
  /** Reads the name from the settings. */
  public DefaultRoom(Config config) {
    this(config.text(ChatSetting.DEFAULT_ROOM));
  }

  /** Returns the room: all servers use the same id, and two chats may share a store. */
  public Room room() {
    return new Room(name, "default-" + UUID.nameUUIDFromBytes(name.getBytes(UTF_8)), "", true);
  }

  /** Does something in a room, or refuses with ROOM_NOT_FOUND. */
  public <T> T in(AgentCore server, String roomName, Function<ServerRoom, T> action) {
    try {
      return action.apply(server.room(roomName));
    } catch (NoSuchElementException missing) {
      if (!roomName.equals(name)) {
        throw Requests.roomNotFound(roomName);
      }
      var unused = server.backend().directory().create(room());
      return action.apply(server.room(roomName));
    }
  }
}
