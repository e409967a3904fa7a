package agentcore.testkit.protocol;

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
 * The AsyncAPI description of the protocol (src/docs/asyncapi.json), and the validation of frames
 * against it. Supports the JSON Schema keywords used there; an unknown keyword is an error, so that
 * none goes unchecked.
 */
public final class Description {
  private static final Set<String> ANNOTATIONS = Set.of("description", "default");
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
        .map(schema -> fault("", schema, frame))
        .orElse(Optional.of("no such message: " + message));
  }

  /** Resolves a reference such as {@code #/channels/chat}. */
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
          case "$ref", "properties", "items" -> true; // checked in nestedFault
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
            if (!ANNOTATIONS.contains(keyword)) {
              throw new IllegalArgumentException("no such keyword: " + keyword);
            }
            yield true;
          }
        };
    return holds
        ? nestedFault(where, keyword, rule, value)
        : Optional.of(where + " violates " + keyword + " " + rule + ": " + value);
  }

  private static Optional<String> nestedFault(
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

  /** Returns the elements of an array, or the value itself if it is no array. */
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
