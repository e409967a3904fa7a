package agentcore.core.consumer;

import agentcore.core.backend.Position;
import agentcore.core.message.Event;
import agentcore.core.message.Fields;

/**
 * An event of a room's log, as a {@link RoomListener} receives it.
 *
 * @param position the event's position in the log
 * @param type the event's type; empty if it has none
 * @param fields all fields of the event, including its timestamp
 * @param json the event as clients receive it, with its position
 */
public record RoomEvent(Position position, String type, Fields fields, Event.Json json) {
  /** Returns whether the server's own program published the event, and not a user. */
  public boolean isFromServer() {
    return fields.bool("server").orElse(false);
  }
}
