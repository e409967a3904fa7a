package agentcore.cli;

import com.google.gson.JsonObject;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An event of the log as one JSON object on one line: {@code time}, {@code level}, {@code logger},
 * {@code message}, and where they are known {@code connection}, {@code request} and {@code stack}.
 */
final class JsonLine {
  /** In a message a name or an id has no white space: {@code connection=alice/Dx3v request=7}. */
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
