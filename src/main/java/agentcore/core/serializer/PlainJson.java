package agentcore.core.serializer;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Optional;

/**
 * Reads the text that nearly every request is: an object of strings, and of such objects one level
 * deep. Gson could do it, too, through a reader with buffers of its own; that took twice as long,
 * and 2.7 kB more for each message. Whatever is not plainly right is left to gson: an escape, a
 * number, a name that comes twice, every doubt about the syntax.
 */
final class PlainJson {
  private static final int LEVELS = 2;

  private final String text;
  private int at;

  /** What {@code string} read last. */
  private String string = "";

  private PlainJson(String text) {
    this.text = text;
  }

  /**
   * Returns what {@link StrictJson} makes of {@code text}, which came as UTF-8: no half of a
   * surrogate pair can be in it without an escape.
   *
   * @return empty where {@link StrictJson} is to decide
   */
  static Optional<JsonObject> read(String text) {
    if (!PlainText.is(text)) {
      return Optional.empty();
    }
    PlainJson json = new PlainJson(text);
    JsonObject root = new JsonObject();
    boolean isRead = json.take('{') && json.members(root, LEVELS) && json.isAtEnd();
    return isRead ? Optional.of(root) : Optional.empty();
  }

  private boolean members(JsonObject object, int levels) {
    boolean isRead;
    do {
      isRead = string() && member(object, string, levels);
    } while (isRead && take(','));
    return isRead && take('}');
  }

  private boolean member(JsonObject object, String name, int levels) {
    if (!take(':')) {
      return false;
    }
    if (!take('{')) {
      return string() && add(object, name, new JsonPrimitive(string));
    }
    JsonObject inner = new JsonObject();
    return levels > 1 && members(inner, levels - 1) && add(object, name, inner);
  }

  private static boolean add(JsonObject object, String name, JsonElement value) {
    return object.asMap().put(name, value) == null;
  }

  private boolean string() {
    if (!take('"')) {
      return false;
    }
    int end = text.indexOf('"', at);
    if (end < 0) {
      return false;
    }
    string = text.substring(at, end);
    at = end + 1;
    return true;
  }

  private boolean take(char c) {
    skipSpaces();
    if (at == text.length() || text.charAt(at) != c) {
      return false;
    }
    at++;
    return true;
  }

  private boolean isAtEnd() {
    skipSpaces();
    return at == text.length();
  }

  private void skipSpaces() {
    while (at < text.length() && text.charAt(at) == ' ') {
      at++;
    }
  }
}
