package agentcore.cli.chat;

import agentcore.cli.common.ServerEvent;
import com.google.gson.JsonObject;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * One request to the server. Its id is unique: a chat message that is sent again with it is stored
 * once.
 *
 * @param text what goes over the wire
 */
record Request(String id, String type, Purpose purpose, JsonObject data, String text) {
  /** Why it is made. */
  enum Purpose {
    /** The user asked for it. */
    TYPED,
    /** The room of the command line. */
    START,
    /** A new connection shall be where the old one was. */
    RESUME,
    /** What may have been missed. */
    CATCH_UP
  }

  private static final int CATCH_UP_MESSAGES = 20;
  private static final Set<String> NEVER_ANSWERED = Set.of("typing_start", "typing_stop", "pong");
  private static final Set<String> ENTERING = Set.of("join_room", "create_room");

  /** Makes one. */
  static Request of(Purpose purpose, String type, JsonObject data) {
    JsonObject json = new JsonObject();
    json.addProperty("type", type);
    json.add("data", data);
    return of(purpose, json);
  }

  /** Makes one from JSON that has a type; an id is added where there is none. */
  static Request of(Purpose purpose, JsonObject json) {
    if (!json.has("id")) {
      json.addProperty("id", UUID.randomUUID().toString());
    }
    JsonObject data =
        json.has("data") && json.get("data").isJsonObject()
            ? json.getAsJsonObject("data")
            : new JsonObject();
    String type = json.get("type").getAsString();
    return new Request(json.get("id").getAsString(), type, purpose, data, json.toString());
  }

  /** Makes the request for the last messages of a room of which some may have been missed. */
  static Request catchUp(String room) {
    JsonObject data = new JsonObject();
    data.addProperty("room", room);
    data.addProperty("limit", CATCH_UP_MESSAGES);
    return of(Purpose.CATCH_UP, "get_message_history", data);
  }

  /** Makes one that needs only a room. */
  static Request inRoom(Purpose purpose, String type, String room) {
    JsonObject data = new JsonObject();
    data.addProperty("room", room);
    return of(purpose, type, data);
  }

  /** Makes the request to be in a room again, and to be told what was missed. */
  static Request resume(String room, Place seen) {
    JsonObject data = new JsonObject();
    data.addProperty("room", room);
    data.addProperty("epoch", seen.epoch());
    data.addProperty("since", seen.seq());
    if (!seen.messageId().isEmpty()) {
      data.addProperty("message_id", seen.messageId());
    }
    return of(Purpose.RESUME, "join_room", data);
  }

  /** Returns the room that it names, or nothing. */
  Optional<String> room() {
    String field = type.equals("create_room") ? "room_name" : "room";
    return Optional.ofNullable(data.get(field))
        .filter(name -> name.isJsonPrimitive())
        .map(name -> name.getAsString());
  }

  boolean isAnswered() {
    return !NEVER_ANSWERED.contains(type);
  }

  boolean isEntering() {
    return ENTERING.contains(type);
  }

  /** Says whether it does no harm to send it twice. */
  boolean isRepeatable() {
    return !type.equals("private_message");
  }

  /**
   * Says whether this event answers it. An error may come without the id, where the server could
   * not read the request.
   */
  boolean isMeantBy(ServerEvent event) {
    return event.text("id").equals(id) || (event.type().equals("error") && !event.has("id"));
  }

  /** Says whether this event, which answers it, is the last that does. */
  boolean isDoneWith(ServerEvent event) {
    return !isEntering() || event.type().equals("error") || event.type().equals("room_info");
  }
}
