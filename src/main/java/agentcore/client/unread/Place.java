package agentcore.client.unread;

import com.google.gson.JsonObject;

/**
 * What a read marker belongs to.
 *
 * @param name of a room, or the id of the other user in a private conversation
 */
public record Place(boolean isRoom, String name) {
  public static Place room(String name) {
    return new Place(true, name);
  }

  public static Place user(String id) {
    return new Place(false, id);
  }

  /** Returns the place as a field of an event. */
  JsonObject asEventField() {
    JsonObject fields = new JsonObject();
    fields.addProperty(isRoom ? "room" : "username", name);
    return fields;
  }

  /** Returns the data of a request to move the marker. */
  JsonObject marker(long seq) {
    JsonObject fields = new JsonObject();
    fields.addProperty(isRoom ? "room" : "target_user_id", name);
    fields.addProperty("seq", seq);
    return fields;
  }
}
