package agentcore.testkit.protocol;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.Optional;
import java.util.Set;

/**
 * The AsyncAPI description of the protocol (src/docs/asyncapi.json), and the validation of frames
 * against it.
 */
public final class Description {
  private static final JsonSchema WHOLE = JsonSchema.read("asyncapi.json");

  private Description() {}

  /**
   * Returns the payload schema of an event, or of a request if {@code .request} is appended to its
   * type.
   */
  private static Optional<JsonObject> payload(String message) {
    JsonObject messages = at("#/components/messages").getAsJsonObject();
    return Optional.ofNullable(messages.getAsJsonObject(message))
        .map(found -> found.getAsJsonObject("payload"));
  }

  /** Returns the types of all events and, with {@code .request} appended, of all requests. */
  public static Set<String> messages() {
    return at("#/components/messages").getAsJsonObject().keySet();
  }

  /** Returns the first violation in a frame from the server, if any. */
  public static Optional<String> faultOfEvent(JsonObject frame) {
    return faultOf(frame.get("type").getAsString(), frame);
  }

  /** Returns the first violation in a frame from a client, if any. */
  public static Optional<String> faultOfRequest(JsonObject frame) {
    return faultOf(frame.get("type").getAsString() + ".request", frame);
  }

  private static Optional<String> faultOf(String message, JsonObject frame) {
    return payload(message)
        .map(schema -> WHOLE.fault(schema, frame))
        .orElse(Optional.of("no such message: " + message));
  }

  /** Resolves a reference such as {@code #/channels/chat}. */
  public static JsonElement at(String reference) {
    return WHOLE.at(reference);
  }
}
