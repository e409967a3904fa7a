package agentcore.cli.common;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.util.List;
import java.util.Optional;

/**
 * One event of the server. A field that is not there, or not of the kind that is asked for, reads
 * as empty: a client outlives a server that is newer than itself.
 *
 * @param raw as it came
 */
public record ServerEvent(String raw, JsonObject fields) {
  /** Parses one; nothing where it is no JSON object. */
  public static Optional<ServerEvent> parse(String raw) {
    try {
      return Optional.of(JsonParser.parseString(raw))
          .filter(JsonElement::isJsonObject)
          .map(json -> new ServerEvent(raw, json.getAsJsonObject()));
    } catch (JsonParseException notJson) {
      return Optional.empty();
    }
  }

  /** Returns an object that stands in an event, or in a request. */
  public static ServerEvent of(JsonObject fields) {
    return new ServerEvent(fields.toString(), fields);
  }

  /** Returns its type. */
  public String type() {
    return text("type");
  }

  /** Returns a text. */
  public String text(String name) {
    return primitive(name)
        .filter(JsonPrimitive::isString)
        .map(JsonPrimitive::getAsString)
        .orElse("");
  }

  /** Returns a number without its fraction. */
  public long number(String name) {
    return (long) decimal(name);
  }

  /** Returns a number. */
  public double decimal(String name) {
    return primitive(name)
        .filter(JsonPrimitive::isNumber)
        .map(JsonPrimitive::getAsDouble)
        .orElse(0.0);
  }

  /** Says whether a field is true. */
  public boolean is(String name) {
    return primitive(name).map(JsonPrimitive::getAsBoolean).orElse(false);
  }

  /** Says whether it has a field, of whatever kind. */
  public boolean has(String name) {
    return fields.has(name);
  }

  /** Returns the objects of a list. */
  public List<ServerEvent> events(String name) {
    return elements(name).stream()
        .filter(JsonElement::isJsonObject)
        .map(each -> of(each.getAsJsonObject()))
        .toList();
  }

  /** Returns the strings of a list. */
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
