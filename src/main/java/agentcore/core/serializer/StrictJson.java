package agentcore.core.serializer;

import agentcore.core.message.Names;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import java.io.IOException;
import java.io.StringReader;

/** Gson held to RFC 8259: its parser is lenient unless it is told otherwise. */
final class StrictJson {
  private static final int MAX_DEPTH = 32;

  private StrictJson() {}

  /**
   * Parses exactly one JSON value.
   *
   * @throws IOException where {@code text} is anything else
   */
  static JsonElement parse(String text) throws IOException {
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
   * Says whether any name or string in {@code root} holds half of a surrogate pair. Only an escape
   * can bring one in, since the text itself was UTF-8: without one there is nothing to look for.
   */
  static boolean hasUnpairedSurrogate(String text, JsonElement root) {
    return text.indexOf("\\u") >= 0 && hasUnpairedSurrogate(root);
  }

  private static boolean hasUnpairedSurrogate(JsonElement element) {
    if (element.isJsonPrimitive()) {
      return element.getAsJsonPrimitive().isString()
          && Names.hasUnpairedSurrogate(element.getAsString());
    }
    if (element.isJsonArray()) {
      return element.getAsJsonArray().asList().stream().anyMatch(StrictJson::hasUnpairedSurrogate);
    }
    return element.isJsonObject()
        && element.getAsJsonObject().entrySet().stream()
            .anyMatch(
                field ->
                    Names.hasUnpairedSurrogate(field.getKey())
                        || hasUnpairedSurrogate(field.getValue()));
  }
}
