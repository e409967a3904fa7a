package agentcore.cli.chat;

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
record ServerEvent(String raw, JsonObject fields) {
  /** Parses one; nothing where it is no JSON object. */
  static Optional<ServerEvent> parse(String raw) {
    try {
      return Optional.of(JsonParser.parseString(raw))
          .filter(JsonElement::isJsonObject)
          .map(json -> new ServerEvent(raw, json.getAsJsonObject()));
    } catch (JsonParseException notJson) {
      return Optional.empty();
    }
  }

  static ServerEvent of(JsonObject fields) {
    return new ServerEvent(fields.toString(), fields);
  }

  String type() {
    return text("type");
  }

  String text(String name) {
    return primitive(name)
        .filter(JsonPrimitive::isString)
        .map(JsonPrimitive::getAsString)
        .orElse("");
  }

  long number(String name) {
    return (long) decimal(name);
  }

  double decimal(String name) {
    return primitive(name)
        .filter(JsonPrimitive::isNumber)
        .map(JsonPrimitive::getAsDouble)
        .orElse(0.0);
  }

  boolean is(String name) {
    return primitive(name).map(JsonPrimitive::getAsBoolean).orElse(false);
  }

  boolean has(String name) {
    return fields.has(name);
  }

  /** Returns the objects of a list. */
  List<ServerEvent> events(String name) {
    return elements(name).stream()
        .filter(JsonElement::isJsonObject)
        .map(each -> of(each.getAsJsonObject()))
        .toList();
  }

  /** Returns the strings of a list. */
  List<String> texts(String name) {
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
