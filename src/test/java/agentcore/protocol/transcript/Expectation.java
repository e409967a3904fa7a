package agentcore.protocol.transcript;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compares received frames with expected ones and remembers captured values by name.
 *
 * <p>The package describes the placeholders in expected frames.
 */
public final class Expectation {
  private static final Pattern THREE_DECIMALS = Pattern.compile("-?[0-9]+\\.[0-9]{3}");
  private static final Pattern SEEN = Pattern.compile("\"\\$(\\w+)\"");

  /** A clock may be read before the frame is written, and clocks may differ. */
  private static final double TIME_TOLERANCE_SECONDS = 2;

  private final double startSeconds = now();
  private Map<String, JsonElement> seen = new HashMap<>();

  /** The first difference, as a message for people. */
  private static final class Difference extends Exception {
    private static final long serialVersionUID = 1L;

    Difference(String where, String what) {
      super((where.isEmpty() ? "the frame" : where) + " " + what, null, false, false);
    }
  }

  /**
   * Returns the first difference; if there is none, remembers the values that the expected frame
   * captures.
   */
  public Optional<String> difference(JsonElement expected, JsonElement actual) {
    Map<String, JsonElement> before = new HashMap<>(seen);
    try {
      requireTimestamps("", actual);
      compare("", expected, actual);
      return Optional.empty();
    } catch (Difference difference) {
      seen = before;
      return Optional.of(String.valueOf(difference.getMessage()));
    }
  }

  /** Replaces the placeholders in a text to be sent with captured values. */
  String substitute(String text) {
    return SEEN.matcher(text)
        .replaceAll(found -> Matcher.quoteReplacement(seen(found.group(1)).toString()));
  }

  private JsonElement seen(String name) {
    JsonElement value = seen.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no value was captured as *" + name);
    }
    return value;
  }

  private void compare(String where, JsonElement expected, JsonElement actual) throws Difference {
    Optional<String> pattern = pattern(expected);
    if (pattern.isPresent()) {
      compare(where, pattern.get(), actual);
    } else if (expected.isJsonObject() && actual.isJsonObject()) {
      compare(where, expected.getAsJsonObject(), actual.getAsJsonObject());
    } else if (expected.isJsonArray() && actual.isJsonArray()) {
      compare(where, expected.getAsJsonArray(), actual.getAsJsonArray());
    } else if (!isTime(expected) || !isTime(actual)) {
      require(expected.toString().equals(actual.toString()), where, expected, actual);
    }
  }

  private static Optional<String> pattern(JsonElement expected) {
    return expected instanceof JsonPrimitive value
            && value.isString()
            && value.getAsString().matches("\\*\\w*|\\$\\w+")
        ? Optional.of(value.getAsString())
        : Optional.empty();
  }

  private void compare(String where, String pattern, JsonElement actual) throws Difference {
    String name = pattern.substring(1);
    if (pattern.startsWith("$") || seen.containsKey(name)) {
      require(seen(name).equals(actual), where, seen(name), actual);
    } else if (!name.isEmpty()) {
      seen.put(name, actual);
    }
  }

  private void compare(String where, JsonObject expected, JsonObject actual) throws Difference {
    for (Map.Entry<String, JsonElement> field : expected.entrySet()) {
      String path = where.isEmpty() ? field.getKey() : where + "." + field.getKey();
      if (!actual.has(field.getKey())) {
        throw new Difference(path, "is missing");
      }
      compare(path, field.getValue(), actual.get(field.getKey()));
    }
    for (String name : actual.keySet()) {
      if (!expected.has(name) && !name.equals("timestamp")) {
        throw new Difference(where.isEmpty() ? name : where + "." + name, "is unexpected");
      }
    }
  }

  private void compare(String where, JsonArray expected, JsonArray actual) throws Difference {
    for (int i = 0; i < Math.min(expected.size(), actual.size()); i++) {
      compare(where + "[" + i + "]", expected.get(i), actual.get(i));
    }
    if (expected.size() != actual.size()) {
      throw new Difference(where, "has " + actual.size() + " values, not " + expected.size());
    }
  }

  private static void require(boolean holds, String where, JsonElement expected, JsonElement actual)
      throws Difference {
    if (!holds) {
      throw new Difference(where, "is " + actual + ", not " + expected);
    }
  }

  private static boolean isTime(JsonElement value) {
    return value instanceof JsonPrimitive number
        && number.isNumber()
        && THREE_DECIMALS.matcher(number.getAsString()).matches();
  }

  /** Every frame has a timestamp, and so has every message in a history. */
  private void requireTimestamps(String where, JsonElement element) throws Difference {
    if (element instanceof JsonArray array) {
      for (JsonElement each : array) {
        requireTimestamps(where + "[]", each);
      }
    } else if (element instanceof JsonObject object) {
      if (where.isEmpty() || object.has("type")) {
        requireTimestamp(where, object.get("timestamp"));
      }
      for (Map.Entry<String, JsonElement> field : object.entrySet()) {
        requireTimestamps(where + "." + field.getKey(), field.getValue());
      }
    }
  }

  private void requireTimestamp(String where, JsonElement timestamp) throws Difference {
    if (timestamp == null || !isTime(timestamp)) {
      throw new Difference(where, "has no timestamp with three decimals: " + timestamp);
    }
    double seconds = timestamp.getAsDouble();
    if (seconds < startSeconds - TIME_TOLERANCE_SECONDS
        || seconds > now() + TIME_TOLERANCE_SECONDS) {
      throw new Difference(where, "has a timestamp that is not the current time: " + timestamp);
    }
  }

  private static double now() {
    return System.currentTimeMillis() / 1000.0;
  }
}
