package agentcore.core.serializer;

import agentcore.core.message.Fields;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.IOException;
import java.io.StringReader;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads JSON with gson, held to RFC 8259: by default gson is lenient. */
final class StrictJson {
  private static final int MAX_DEPTH = 32;
  private static final String REPLACEMENT = Matcher.quoteReplacement("\\ufffd");

  /** An escape: of two surrogates, of one that is not half of a pair (group 1), or any other. */
  private static final Pattern ESCAPE =
      Pattern.compile(
          "\\\\(?:u[dD][89abAB]\\p{XDigit}{2}\\\\u[dD][c-fC-F]\\p{XDigit}{2}"
              + "|(u[dD][89a-fA-F]\\p{XDigit}{2})|.)",
          Pattern.DOTALL);

  private StrictJson() {}

  /**
   * Parses one JSON value, nested at most 32 levels deep.
   *
   * @return the values for {@link Fields#of}, or empty if the value is not an object
   * @throws IOException if {@code text} is not exactly one JSON value
   */
  static Optional<Map<String, Object>> object(String text) throws IOException {
    return parse(text) instanceof JsonObject object
        ? Optional.of(values(object))
        : Optional.empty();
  }

  private static Map<String, Object> values(JsonObject object) {
    Map<String, Object> values = new HashMap<>();
    object
        .asMap()
        .forEach(
            (name, element) -> {
              if (!element.isJsonNull()) {
                values.put(name, value(element));
              }
            });
    return values;
  }

  private static Object value(JsonElement element) {
    return switch (element) {
      case JsonObject object -> values(object);
      case JsonArray list -> list.asList().stream().map(StrictJson::value).toList();
      case JsonPrimitive text when text.isString() -> text.getAsString();
      case JsonPrimitive bool when bool.isBoolean() -> bool.getAsBoolean();
      case JsonPrimitive number -> number.getAsNumber();
      default -> element;
    };
  }

  private static JsonElement parse(String text) throws IOException {
    try (JsonReader reader = new JsonReader(new StringReader(text))) {
      reader.setStrictness(Strictness.STRICT);
      reader.setNestingLimit(MAX_DEPTH);
      var unused = reader.peek(); // throws on an empty text, which gson would parse as null
      JsonElement root = JsonParser.parseReader(reader);
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new MalformedJsonException("text after the JSON value");
      }
      return root;
    } catch (JsonParseException | IllegalStateException | NumberFormatException e) {
      throw new IOException(e);
    }
  }

  /**
   * Replaces every escaped surrogate that is not half of a pair by U+FFFD. The text was decoded
   * from UTF-8, so only an escape can make an unpaired surrogate.
   */
  static String replaceUnpairedSurrogates(String text) {
    return text.indexOf("\\u") < 0
        ? text
        : ESCAPE
            .matcher(text)
            .replaceAll(
                e -> e.group(1) == null ? Matcher.quoteReplacement(e.group()) : REPLACEMENT);
  }
}
