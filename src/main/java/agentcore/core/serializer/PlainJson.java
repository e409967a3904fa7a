package agentcore.core.serializer;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the text that nearly every request is: an object of strings, and of such objects one level
 * deep. Gson could do it, too, through a reader with buffers of its own; that took twice as long,
 * and 2.7 kB more for each message. Whatever is not plainly right is left to gson: an escape, a
 * number, a name that comes twice, every doubt about the syntax.
 */
final class PlainJson {
  private static final int LEVELS = 2;
  private static final int FEW = 4;

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
  static Optional<Map<String, Object>> read(String text) {
    if (!PlainText.is(text)) {
      return Optional.empty();
    }
    PlainJson json = new PlainJson(text);
    Map<String, Object> root = HashMap.newHashMap(FEW);
    boolean isRead = json.take('{') && json.members(root, LEVELS) && json.isAtEnd();
    return isRead ? Optional.of(root) : Optional.empty();
  }

  private boolean members(Map<String, Object> object, int levels) {
    boolean isRead;
    do {
      isRead = string() && member(object, string, levels);
    } while (isRead && take(','));
    return isRead && take('}');
  }

  private boolean member(Map<String, Object> object, String name, int levels) {
    if (!take(':')) {
      return false;
    }
    if (!take('{')) {
      return string() && object.put(name, string) == null;
    }
    Map<String, Object> inner = HashMap.newHashMap(FEW);
    return levels > 1 && members(inner, levels - 1) && object.put(name, inner) == null;
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
