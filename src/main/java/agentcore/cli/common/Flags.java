package agentcore.cli.common;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a command was called with: {@code --port 9000} or {@code --port=9000}, of which the last
 * counts, and switches such as {@code --json}.
 */
public final class Flags {
  private final Map<String, String> values;

  private Flags(Map<String, String> values) {
    this.values = values;
  }

  /**
   * Reads flags.
   *
   * @param withValue those that are followed by a value
   * @throws UsageException naming a flag that is neither, or that lacks its value
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
        throw new UsageException("no such flag: " + flag);
      } else if (equals < 0 && i + 1 == args.size()) {
        throw new UsageException("a value is missing behind " + flag);
      } else {
        values.put(flag, equals < 0 ? args.get(++i) : arg.substring(equals + 1));
      }
    }
    return new Flags(values);
  }

  /** Returns a flag's value. */
  public Optional<String> get(String flag) {
    return Optional.ofNullable(values.get(flag));
  }

  /** Says whether a switch is on. */
  public boolean has(String name) {
    return values.containsKey(name);
  }
}
