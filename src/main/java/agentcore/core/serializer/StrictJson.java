package agentcore.core.serializer;

import agentcore.core.message.Fields;
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
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/** Gson held to RFC 8259: its parser is lenient unless it is told otherwise. */
final class StrictJson {
  private static final int MAX_DEPTH = 32;
  private static final String REPLACEMENT = "fffd";

  private StrictJson() {}

  /**
   * Parses exactly one JSON value.
   *
   * @return the values that {@link Fields#of} takes, or empty where it is no object
   * @throws IOException where {@code text} is anything else
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
      var unused = reader.peek(); // throws where there is nothing, which would be read as null
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
   * Returns {@code text} with every escape of half a surrogate pair replaced. Only an escape can
   * bring one in, since the text itself was UTF-8; and gson takes the whole text for broken then.
   */
  static String withoutUnpairedSurrogates(String text) {
    if (text.indexOf("\\u") < 0) {
      return text;
    }
    StringBuilder out = new StringBuilder(text);
    int at = out.indexOf("\\");
    while (at >= 0 && at + 1 < out.length()) {
      int next = at + 2;
      if (isEscape(out, at, 'd', "89abcdef")) {
        boolean pair = isEscape(out, at, 'd', "89ab") && isEscape(out, at + 6, 'd', "cdef");
        next = at + (pair ? 12 : 6);
        if (!pair) {
          replaceDigits(out, at + 2);
        }
      }
      at = out.indexOf("\\", next);
    }
    return out.toString();
  }

  /** In place: {@code replace} would move all that stands behind, each time. */
  private static void replaceDigits(StringBuilder out, int at) {
    for (int i = 0; i < REPLACEMENT.length(); i++) {
      out.setCharAt(at + i, REPLACEMENT.charAt(i));
    }
  }

  /** Says whether an escape of four digits stands at {@code at}, that begins with these two. */
  private static boolean isEscape(CharSequence text, int at, char first, String second) {
    return at + 6 <= text.length()
        && text.charAt(at) == '\\'
        && text.charAt(at + 1) == 'u'
        && Character.toLowerCase(text.charAt(at + 2)) == first
        && second.indexOf(Character.toLowerCase(text.charAt(at + 3))) >= 0
        && HexFormat.isHexDigit(text.charAt(at + 4))
        && HexFormat.isHexDigit(text.charAt(at + 5));
  }
}
