package agentcore.cli.common;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A command's arguments: flags with a value, such as {@code --port 9000} or {@code --port=9000},
 * switches without one, such as {@code --json}, and operands, such as the text of a message. If a
 * flag occurs twice, the last one counts.
 */
public final class Flags {
  private static final String END = "--";
  private static final String STANDARD_INPUT = "-";
  private static final String USER = "--user";
  private static final String LINK = "--link";

  /** Nearly the rule for user ids. A token is longer. */
  private static final Pattern NAME = Pattern.compile("[^/\\p{Cntrl}]{1,64}");

  private final Map<String, String> values;
  private final List<String> operands;

  private Flags(Map<String, String> values, List<String> operands) {
    this.values = values;
    this.operands = List.copyOf(operands);
  }

  /**
   * Parses the arguments of a command without operands.
   *
   * @param withValue flags that take a value
   * @throws UsageException if a flag is unknown, or its value is missing
   */
  public static Flags parse(List<String> args, Set<String> withValue, Set<String> switches)
      throws UsageException {
    Flags flags = parseWithOperands(args, withValue, switches);
    if (!flags.operands.isEmpty()) {
      throw new UsageException(unexpected(flags, withValue));
    }
    return flags;
  }

  /** Says which flag the operand may be for. Does not repeat a link, which may contain a token. */
  private static String unexpected(Flags flags, Set<String> withValue) {
    String operand = flags.operands.getFirst();
    if (operand.matches("https?://.*")) {
      String flag = withValue.contains(LINK) ? LINK : "--url";
      return "unexpected argument: a URL"
          + (withValue.contains(flag) ? " (did you mean " + flag + " URL?)" : "");
    }
    boolean isName = NAME.matcher(operand).matches();
    boolean mayBeUser = isName && withValue.contains(USER) && !flags.has(USER);
    return "unexpected argument: "
        + (isName ? operand : "a text that is no name")
        + (mayBeUser ? " (did you mean " + USER + " " + operand + "?)" : "");
  }

  /**
   * Parses arguments, of which those that do not begin with a dash are operands. A dash alone is
   * one, too, and so is everything after {@code --}.
   *
   * @param withValue flags that take a value
   * @throws UsageException if a flag is unknown, or its value is missing
   */
  public static Flags parseWithOperands(
      List<String> args, Set<String> withValue, Set<String> switches) throws UsageException {
    Map<String, String> values = new HashMap<>();
    List<String> operands = new ArrayList<>();
    for (int i = 0; i < args.size(); i++) {
      String arg = args.get(i);
      int equals = arg.indexOf('=');
      String flag = equals < 0 ? arg : arg.substring(0, equals);
      if (arg.equals(END)) {
        operands.addAll(args.subList(i + 1, args.size()));
        break;
      } else if (!arg.startsWith("-") || arg.equals(STANDARD_INPUT)) {
        operands.add(arg);
      } else if (switches.contains(arg)) {
        values.put(arg, "");
      } else if (!withValue.contains(flag)) {
        throw new UsageException("unknown flag: " + flag);
      } else if (equals < 0 && i + 1 == args.size()) {
        throw new UsageException("missing value after " + flag);
      } else {
        values.put(flag, equals < 0 ? args.get(++i) : arg.substring(equals + 1));
      }
    }
    return new Flags(values, operands);
  }

  /** Returns whether {@code --help} is among the flags. */
  public static boolean askForHelp(List<String> args) {
    int end = args.indexOf(END);
    return (end < 0 ? args : args.subList(0, end)).contains("--help");
  }

  /** Returns the value of a flag, if it was given. */
  public Optional<String> get(String flag) {
    return Optional.ofNullable(values.get(flag));
  }

  /** Returns whether a switch was given. */
  public boolean has(String name) {
    return values.containsKey(name);
  }

  /** Returns the operands in their order. */
  public List<String> operands() {
    return operands;
  }
}
