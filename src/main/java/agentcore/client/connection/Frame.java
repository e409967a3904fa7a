package agentcore.client.connection;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.util.List;
import java.util.Optional;

/**
 * The fields of a frame of the server, or of an event of the client. {@link
 * agentcore.client.ChatEvent} says how they read. Immutable.
 */
public final class Frame {
  /** A frame without fields. */
  public static final Frame EMPTY = new Frame(new JsonObject());

  private final JsonObject fields;

  /** Receives frames. */
  @FunctionalInterface
  public interface Receiver {
    /** Handles a frame. */
    void receive(Frame frame);
  }

  private Frame(JsonObject fields) {
    this.fields = fields;
  }

  /** Wraps fields, which must not change afterwards. */
  public static Frame of(JsonObject fields) {
    return new Frame(fields);
  }

  /** Creates an event of the client; the values are strings, numbers, booleans and lists. */
  public static Frame of(String type, JsonObject fields) {
    JsonObject all = new JsonObject();
    all.addProperty("type", type);
    fields.entrySet().forEach(field -> all.add(field.getKey(), field.getValue()));
    return new Frame(all);
  }

  /** Parses a frame; empty if the text is not a JSON object. */
  public static Optional<Frame> parse(String text) {
    try {
      return Optional.of(JsonParser.parseString(text))
          .filter(JsonElement::isJsonObject)
          .map(json -> new Frame(json.getAsJsonObject()));
    } catch (JsonParseException notJson) {
      return Optional.empty();
    }
  }

  /** Returns the type. */
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

  /** Returns a number, or 0. */
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

  /** Returns the objects in a list. */
  public List<Frame> objects(String name) {
    return elements(name).stream()
        .filter(JsonElement::isJsonObject)
        .map(each -> new Frame(each.getAsJsonObject()))
        .toList();
  }

  /** Returns the strings in a list. */
  public List<String> texts(String name) {
    return elements(name).stream()
        .filter(JsonElement::isJsonPrimitive)
        .map(JsonElement::getAsString)
        .toList();
  }

  /** Returns the frame as JSON. */
  @Override
  public String toString() {
    return fields.toString();
  }

  private List<JsonElement> elements(String name) {
    return fields.get(name) instanceof JsonArray list ? list.asList() : List.of();
  }

  private Optional<JsonPrimitive> primitive(String name) {
    return fields.get(name) instanceof JsonPrimitive value ? Optional.of(value) : Optional.empty();
  }
}
