package agentcore.cli.common;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A command's arguments: flags with a value, such as {@code --port 9000} or {@code --port=9000},
 * and switches without one, such as {@code --json}. If a flag occurs twice, the last one counts.
 */
public final class Flags {
  private final Map<String, String> values;

  private Flags(Map<String, String> values) {
    this.values = values;
  }

  /**
   * Parses arguments.
   *
   * @param withValue flags that take a value
   * @throws UsageException if a flag is unknown, or its value is missing
   */
  public static Flags parse(List<String> args, Set<String> withValue, Set<String> switches)
      throws UsageException {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < args.size(); i++) {
      String arg = args.get(i);
      int equals = arg.indexOf('=');
      String flag = equals < 0 ? arg : arg.substring(0, equals);
      if (switches.contains(arg)) {
        values.put(arg, "");
      } else if (!withValue.contains(flag)) {
        throw new UsageException("unknown flag: " + flag);
      } else if (equals < 0 && i + 1 == args.size()) {
        throw new UsageException("missing value after " + flag);
      } else {
        values.put(flag, equals < 0 ? args.get(++i) : arg.substring(equals + 1));
      }
    }
    return new Flags(values);
  }

  /** Returns the value of a flag, if it was given. */
  public Optional<String> get(String flag) {
    return Optional.ofNullable(values.get(flag));
  }

  /** Returns whether a switch was given. */
  public boolean has(String name) {
    return values.containsKey(name);
  }
}
