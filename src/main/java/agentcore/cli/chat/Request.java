package agentcore.cli.chat;

import agentcore.cli.common.ServerEvent;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * A request to the server. It has an id, so the server stores a message once even if it is sent
 * again.
 *
 * @param text the frame on the wire
 */
record Request(String id, String type, Purpose purpose, JsonObject data, String text) {
  /** Why a request is sent. */
  enum Purpose {
    /** The user entered it. */
    TYPED,
    /** The room of the command line. */
    START,
    /** A new connection joins the rooms of the old one. */
    RESUME,
    /** Messages may have been missed. */
    CATCH_UP,
    /** The rooms that the user joined on any device are entered. */
    FOLLOW,
    /** What was printed is marked as read. */
    MARK,
    /** The names of a room's members are completed. */
    COMPLETE
  }

  private static final int CATCH_UP_MESSAGES = 20;
  private static final Set<String> WITHOUT_REPLY = Set.of("typing_start", "typing_stop", "pong");
  private static final Set<String> JOINING = Set.of("join_room", "create_room");

  /** Creates a request with a new id. */
  static Request of(Purpose purpose, String type, JsonObject data) {
    JsonObject json = new JsonObject();
    json.addProperty("type", type);
    json.add("data", data);
    return of(purpose, json);
  }

  /** Creates a request from JSON that has a type; adds an id if there is none. */
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

  /** Creates the request for the last messages of a room. */
  static Request catchUp(String room) {
    JsonObject data = new JsonObject();
    data.addProperty("room", room);
    data.addProperty("limit", CATCH_UP_MESSAGES);
    return of(Purpose.CATCH_UP, "get_message_history", data);
  }

  /** Creates the request for the user's rooms, and for what is unread. */
  static Request myRooms(Purpose purpose) {
    return of(purpose, "my_rooms", new JsonObject());
  }

  /** Creates the request to join several rooms and receive the messages after each position. */
  static Request joinAll(Map<String, JoinedRooms.Position> rooms) {
    JsonArray list = new JsonArray();
    rooms.forEach((room, seen) -> list.add(joined(room, seen)));
    JsonObject data = new JsonObject();
    data.add("rooms", list);
    return of(Purpose.FOLLOW, "join_rooms", data);
  }

  /** Creates a request that needs only a room. */
  static Request inRoom(Purpose purpose, String type, String room) {
    JsonObject data = new JsonObject();
    data.addProperty("room", room);
    return of(purpose, type, data);
  }

  /** Creates the request to join a room again and receive the messages after a position. */
  static Request resume(String room, JoinedRooms.Position seen) {
    return of(Purpose.RESUME, "join_room", joined(room, seen));
  }

  private static JsonObject joined(String room, JoinedRooms.Position seen) {
    JsonObject data = new JsonObject();
    data.addProperty("room", room);
    if (!seen.epoch().isEmpty()) {
      data.addProperty("epoch", seen.epoch());
      data.addProperty("since", seen.seq());
    }
    if (!seen.messageId().isEmpty()) {
      data.addProperty("message_id", seen.messageId());
    }
    return data;
  }

  /** Returns the room that the request names. */
  Optional<String> room() {
    String field = type.equals("create_room") ? "room_name" : "room";
    return Optional.ofNullable(data.get(field))
        .filter(name -> name.isJsonPrimitive())
        .map(name -> name.getAsString());
  }

  boolean hasReply() {
    return !WITHOUT_REPLY.contains(type);
  }

  boolean joinsRoom() {
    return JOINING.contains(type);
  }

  /**
   * Returns whether an event answers this request. An error has no id if the server could not parse
   * the request.
   */
  boolean isAnsweredBy(ServerEvent event) {
    return event.text("id").equals(id) || (event.type().equals("error") && !event.has("id"));
  }

  /** Returns whether an event that answers this request is its last reply. */
  boolean isCompletedBy(ServerEvent event) {
    if (event.type().equals("error")) {
      return true;
    }
    return switch (type) {
      case "join_rooms" -> event.type().equals("rooms_joined");
      case "join_room", "create_room" -> event.type().equals("room_info");
      default -> true;
    };
  }
}
