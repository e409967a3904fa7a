package agentcore.cli;

import com.google.gson.JsonObject;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Formats a log event as one line of JSON: {@code time}, {@code level}, {@code logger}, {@code
 * message}, and if known {@code connection}, {@code request} and {@code stack}.
 */
final class JsonLine {
  /** Matches fields such as {@code connection=alice/Dx3v request=7}, which have no white space. */
  private static final Pattern FIELD = Pattern.compile("(?<!\\S)(connection|request)=(\\S+)");

  private JsonLine() {}

  static String write(String time, String level, String logger, String message, String stack) {
    JsonObject line = new JsonObject();
    line.addProperty("time", time);
    line.addProperty("level", level);
    line.addProperty("logger", logger);
    line.addProperty("message", message);
    Matcher field = FIELD.matcher(message);
    while (field.find()) {
      line.addProperty(field.group(1), field.group(2));
    }
    if (!stack.isEmpty()) {
      line.addProperty("stack", stack);
    }
    return line.toString();
  }
}
