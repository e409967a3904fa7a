package agentcore.client;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.util.List;
import java.util.Optional;

/**
 * A frame of the server, or an event of the client itself. A field that is missing or has another
 * type reads as empty, so that a program also works with a newer server. Immutable.
 *
 * <p>The events of the client are:
 *
 * <ul>
 *   <li>{@code state} with {@code state} ({@code connecting}, {@code online}, {@code waiting} or
 *       {@code closed}), and after an end {@code code}, {@code reason} and {@code retryIn} in
 *       milliseconds. Without a close code of the server, {@code code} is 1006 or the one that fits
 *       best, and {@code reason} is a sentence
 *   <li>{@code gap} with {@code room} and {@code reason}: messages of this room may be missing
 *       before the next one; read the history
 *   <li>{@code inbox_gap} with {@code reason}: entries of the user's log may be missing before the
 *       next one; request {@code get_inbox}
 *   <li>{@code room_lost} with {@code room}, {@code reason} and {@code message}, a sentence: the
 *       client is no longer in this room, although it did not leave
 *   <li>{@code unread} with {@code room} or {@code username}, {@code unread} and {@code mentions}:
 *       these numbers have changed
 * </ul>
 */
public final class ChatEvent {
  /** An event without fields. */
  public static final ChatEvent EMPTY = new ChatEvent(new JsonObject());

  private final JsonObject fields;

  private ChatEvent(JsonObject fields) {
    this.fields = fields;
  }

  /** Wraps fields, which must not change afterwards. */
  static ChatEvent of(JsonObject fields) {
    return new ChatEvent(fields);
  }

  /** Creates an event of the client; the values are strings, numbers, booleans and lists. */
  static ChatEvent of(String type, JsonObject fields) {
    JsonObject all = new JsonObject();
    all.addProperty("type", type);
    fields.entrySet().forEach(field -> all.add(field.getKey(), field.getValue()));
    return new ChatEvent(all);
  }

  /** Parses an event; empty if the text is not a JSON object. */
  public static Optional<ChatEvent> parse(String text) {
    try {
      return Optional.of(JsonParser.parseString(text))
          .filter(JsonElement::isJsonObject)
          .map(json -> new ChatEvent(json.getAsJsonObject()));
    } catch (JsonParseException notJson) {
      return Optional.empty();
    }
  }

  /** Returns the type of the event. */
  public String type() {
    return text("type");
  }

  /** Returns a string, or {@code ""}. */
  public String text(String name) {
    return primitive(name)
        .filter(JsonPrimitive::isString)
        .map(JsonPrimitive::getAsString)
        .orElse("");
  }

  /** Returns a number without its fraction, or 0. */
  public long number(String name) {
    return (long) decimal(name);
  }

  /** Returns a number, or 0. Times are seconds since 1970. */
  public double decimal(String name) {
    return primitive(name)
        .filter(JsonPrimitive::isNumber)
        .map(JsonPrimitive::getAsDouble)
        .orElse(0.0);
  }

  /** Returns whether a field is true. */
  public boolean is(String name) {
    return primitive(name)
        .filter(JsonPrimitive::isBoolean)
        .map(JsonPrimitive::getAsBoolean)
        .orElse(false);
  }

  /** Returns whether there is a field of any type. */
  public boolean has(String name) {
    return fields.has(name);
  }

  /** Returns the objects in a list, such as the {@code messages} of a history. */
  public List<ChatEvent> objects(String name) {
    return elements(name).stream()
        .filter(JsonElement::isJsonObject)
        .map(each -> new ChatEvent(each.getAsJsonObject()))
        .toList();
  }

  /** Returns the strings in a list. */
  public List<String> texts(String name) {
    return elements(name).stream()
        .filter(JsonElement::isJsonPrimitive)
        .map(JsonElement::getAsString)
        .toList();
  }

  /** Returns the event as JSON. */
  public String json() {
    return fields.toString();
  }

  @Override
  public String toString() {
    return json();
  }

  private List<JsonElement> elements(String name) {
    return fields.get(name) instanceof JsonArray list ? list.asList() : List.of();
  }

  private Optional<JsonPrimitive> primitive(String name) {
    return fields.get(name) instanceof JsonPrimitive value ? Optional.of(value) : Optional.empty();
  }
}
