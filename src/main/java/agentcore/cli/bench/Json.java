package agentcore.cli.bench;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.nio.charset.StandardCharsets;

/** The few frames that are parsed: those before the measurement, and errors. */
final class Json {
  private Json() {}

  /** Returns the object, or an empty one where it is something else. */
  static JsonObject read(byte[] bytes, int from, int to) {
    try {
      JsonElement root =
          JsonParser.parseString(new String(bytes, from, to - from, StandardCharsets.UTF_8));
      return root.isJsonObject() ? root.getAsJsonObject() : new JsonObject();
    } catch (JsonParseException notJson) {
      return new JsonObject();
    }
  }

  /** Returns a field as text, or an empty text. */
  static String text(JsonObject object, String name) {
    return object.get(name) instanceof JsonPrimitive value ? value.getAsString() : "";
  }
}
