package agentcore.testkit;

import agentcore.core.message.Names;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The description of the protocol in AsyncAPI (src/docs/asyncapi.json), and whether a frame is as
 * it says. Knows as much of JSON Schema as stands in there; a keyword that it does not know is an
 * error, so that none goes unchecked.
 */
public final class Description {
  private static final Set<String> WORDS_FOR_PEOPLE = Set.of("description", "default");
  private static final JsonObject WHOLE = read(Path.of("src", "docs", "asyncapi.json"));

  private Description() {}

  private static JsonObject read(Path file) {
    try {
      return JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns the schema of an event; of a request, where {@code .request} stands behind its type.
   */
  private static Optional<JsonObject> payload(String message) {
    JsonObject messages = at("#/components/messages").getAsJsonObject();
    return Optional.ofNullable(messages.getAsJsonObject(message))
        .map(found -> found.getAsJsonObject("payload"));
  }

  /** Returns the types of all events; of all requests, each with {@code .request} behind it. */
  public static Set<String> messages() {
    return at("#/components/messages").getAsJsonObject().keySet();
  }

  /** Returns what is wrong with a frame of the server, if anything is. */
  public static Optional<String> faultOfEvent(JsonObject frame) {
    return faultOf(frame.get("type").getAsString(), frame);
  }

  /** Returns what is wrong with a frame of a client, if anything is. */
  public static Optional<String> faultOfRequest(JsonObject frame) {
    return faultOf(frame.get("type").getAsString() + ".request", frame);
  }

  private static Optional<String> faultOf(String message, JsonObject frame) {
    return payload(message)
        .map(schema -> fault("", schema, frame))
        .orElse(Optional.of("no such message: " + message));
  }

  /** Returns what a reference, such as {@code #/channels/chat}, leads to. */
  public static JsonElement at(String reference) {
    JsonElement found = WHOLE;
    for (String name : reference.substring(2).split("/")) {
      found = found.getAsJsonObject().get(name);
    }
    return found;
  }

  private static Optional<String> fault(String where, JsonObject schema, JsonElement value) {
    return schema.entrySet().stream()
        .flatMap(rule -> fault(where, rule.getKey(), rule.getValue(), schema, value).stream())
        .findFirst();
  }

  private static Optional<String> fault(
      String where, String keyword, JsonElement rule, JsonObject schema, JsonElement value) {
    boolean holds =
        switch (keyword) {
          case "$ref", "properties", "items" -> true; // looked into below
          case "type" -> options(rule).anyMatch(type -> isOfType(type.getAsString(), value));
          case "const" -> value.equals(rule);
          case "enum" -> options(rule).anyMatch(value::equals);
          case "minLength" -> Names.length(value.getAsString()) >= rule.getAsInt();
          case "maxLength" -> Names.length(value.getAsString()) <= rule.getAsInt();
          case "pattern" -> Pattern.compile(rule.getAsString()).matcher(value.getAsString()).find();
          case "minimum" -> value.getAsBigDecimal().compareTo(rule.getAsBigDecimal()) >= 0;
          case "required" ->
              options(rule).allMatch(name -> value.getAsJsonObject().has(name.getAsString()));
          case "additionalProperties" ->
              schema
                  .getAsJsonObject("properties")
                  .keySet()
                  .containsAll(value.getAsJsonObject().keySet());
          default -> {
            if (!WORDS_FOR_PEOPLE.contains(keyword)) {
              throw new IllegalArgumentException("no such keyword: " + keyword);
            }
            yield true;
          }
        };
    return holds
        ? faultInside(where, keyword, rule, value)
        : Optional.of(where + " breaks " + keyword + " " + rule + ": " + value);
  }

  private static Optional<String> faultInside(
      String where, String keyword, JsonElement rule, JsonElement value) {
    return switch (keyword) {
      case "$ref" -> fault(where, at(rule.getAsString()).getAsJsonObject(), value);
      case "items" ->
          options(value)
              .flatMap(each -> fault(where + "[]", rule.getAsJsonObject(), each).stream())
              .findFirst();
      case "properties" ->
          value.getAsJsonObject().entrySet().stream()
              .filter(field -> rule.getAsJsonObject().has(field.getKey()))
              .flatMap(field -> faultOfField(where, rule.getAsJsonObject(), field).stream())
              .findFirst();
      default -> Optional.empty();
    };
  }

  private static Optional<String> faultOfField(
      String where, JsonObject rules, Map.Entry<String, JsonElement> field) {
    String path = where + "." + field.getKey();
    return fault(path, rules.getAsJsonObject(field.getKey()), field.getValue());
  }

  /** Returns the values of a list; a value that is none is alone. */
  private static Stream<JsonElement> options(JsonElement rule) {
    return rule instanceof JsonArray list ? list.asList().stream() : Stream.of(rule);
  }

  private static boolean isOfType(String type, JsonElement value) {
    return switch (value) {
      case JsonObject object -> type.equals("object");
      case JsonArray array -> type.equals("array");
      case JsonNull none -> type.equals("null");
      case JsonPrimitive one when one.isString() -> type.equals("string");
      case JsonPrimitive one when one.isBoolean() -> type.equals("boolean");
      default -> type.equals("number") || (type.equals("integer") && isWhole(value));
    };
  }

  private static boolean isWhole(JsonElement number) {
    BigDecimal value = number.getAsBigDecimal();
    return value.signum() == 0 || value.stripTrailingZeros().scale() <= 0;
  }
}
