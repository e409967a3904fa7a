package agentcore.cli.chat.command;

import agentcore.client.ChatEvent;
import com.google.gson.JsonObject;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * A request to the server.
 *
 * @param id names it in the replies, and identifies a message that is sent again
 */
public record Request(String id, String type, JsonObject data) {
  private static final Set<String> WITHOUT_REPLY = Set.of("typing_start", "typing_stop", "pong");
  private static final Set<String> JOINING = Set.of("join_room", "create_room");

  /** Creates a request with a new id. */
  static Request of(String type, JsonObject data) {
    return new Request(UUID.randomUUID().toString(), type, data);
  }

  /** Creates a request that needs only a room. */
  public static Request inRoom(String type, String room) {
    JsonObject data = new JsonObject();
    data.addProperty("room", room);
    return of(type, data);
  }

  /** Returns a text in the data, or {@code ""}. */
  public String text(String name) {
    return data.get(name) != null && data.get(name).isJsonPrimitive()
        ? data.get(name).getAsString()
        : "";
  }

  /** Returns whether the data are these texts and nothing else. */
  public boolean hasOnly(String name, String other) {
    return data.keySet().equals(Set.of(name, other)) && isText(name) && isText(other);
  }

  private boolean isText(String name) {
    return data.get(name).isJsonPrimitive() && data.getAsJsonPrimitive(name).isString();
  }

  /** Returns the text of a message, if the request sends one. */
  public Optional<String> message() {
    return Optional.of(text("text")).filter(text -> data.has("text"));
  }

  /** Returns whether the server replies to it. */
  public boolean hasReply() {
    return !WITHOUT_REPLY.contains(type);
  }

  /** Returns whether the user goes to a room by it. */
  public boolean joinsRoom() {
    return JOINING.contains(type);
  }

  /** Returns the error that a script reads if the server has not sent one. */
  public ChatEvent error(String reason) {
    JsonObject fields = new JsonObject();
    fields.addProperty("type", "error");
    fields.addProperty("id", id);
    fields.addProperty("message_type", type);
    fields.addProperty("message", reason);
    return ChatEvent.parse(fields.toString()).orElseThrow();
  }
}
