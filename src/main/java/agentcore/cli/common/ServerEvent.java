package agentcore.cli.common;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.util.List;
import java.util.Optional;

/**
 * An event from the server. A field that is missing or has another type reads as empty, so that a
 * client also works with a newer server.
 *
 * @param raw the frame as received
 */
public record ServerEvent(String raw, JsonObject fields) {
  /** Parses an event; empty if the text is not a JSON object. */
  public static Optional<ServerEvent> parse(String raw) {
    try {
      return Optional.of(JsonParser.parseString(raw))
          .filter(JsonElement::isJsonObject)
          .map(json -> new ServerEvent(raw, json.getAsJsonObject()));
    } catch (JsonParseException notJson) {
      return Optional.empty();
    }
  }

  /** Wraps an object inside an event or a request. */
  public static ServerEvent of(JsonObject fields) {
    return new ServerEvent(fields.toString(), fields);
  }

  /** Returns a copy in which a field has another text. */
  public ServerEvent with(String name, String text) {
    JsonObject copy = fields.deepCopy();
    copy.addProperty(name, text);
    return of(copy);
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

  /** Returns a number, or 0. */
  public double decimal(String name) {
    return primitive(name)
        .filter(JsonPrimitive::isNumber)
        .map(JsonPrimitive::getAsDouble)
        .orElse(0.0);
  }

  /** Returns whether a field is true. */
  public boolean is(String name) {
    return primitive(name).map(JsonPrimitive::getAsBoolean).orElse(false);
  }

  /** Returns whether there is a field of any type. */
  public boolean has(String name) {
    return fields.has(name);
  }

  /** Returns the objects in a list. */
  public List<ServerEvent> events(String name) {
    return elements(name).stream()
        .filter(JsonElement::isJsonObject)
        .map(each -> of(each.getAsJsonObject()))
        .toList();
  }

  /** Returns the strings in a list. */
  public List<String> texts(String name) {
    return elements(name).stream()
        .filter(JsonElement::isJsonPrimitive)
        .map(JsonElement::getAsString)
        .toList();
  }

  private List<JsonElement> elements(String name) {
    JsonElement value = fields.get(name);
    return value != null && value.isJsonArray() ? value.getAsJsonArray().asList() : List.of();
  }

  private Optional<JsonPrimitive> primitive(String name) {
    JsonElement value = fields.get(name);
    return value != null && value.isJsonPrimitive()
        ? Optional.of(value.getAsJsonPrimitive())
        : Optional.empty();
  }
}
