package agentcore.cli;

import agentcore.cli.api.AdminCommand;
import agentcore.cli.api.SayCommand;
import agentcore.cli.bench.BenchCommand;
import agentcore.cli.chat.ChatCommand;
import agentcore.cli.common.Arguments;
import agentcore.cli.common.Flags;
import agentcore.cli.common.UsageException;
import agentcore.core.AgentCore;
import agentcore.core.ConfigException;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The command line: finds the command and runs it. */
public final class Cli {
  /** Exit code: success. */
  public static final int OK = 0;

  /** Exit code: failure. */
  public static final int FAILED = 1;

  /** Exit code: wrong usage or configuration. */
  public static final int USAGE = 2;

  private static final Set<String> COMMANDS =
      Set.of(
          "serve", "invite", "check", "token", "chat", "say", "admin", "bench", "help", "version");

  private final PrintStream out;
  private final PrintStream err;
  private final Map<String, String> environment;

  /** Creates a command line; results go to {@code out}, errors to {@code err}. */
  public Cli(PrintStream out, PrintStream err, Map<String, String> environment) {
    this.out = out;
    this.err = err;
    this.environment = Map.copyOf(environment);
  }

  /** Runs a command and returns its exit code. */
  public int run(String... args) {
    List<String> all = Arrays.asList(args);
    boolean named = !all.isEmpty() && !all.getFirst().startsWith("-");
    String command = named ? all.getFirst() : "serve";
    List<String> rest = named ? all.subList(1, all.size()) : all;
    if (!named && rest.contains("--version")) {
      command = "version";
    } else if (!named && Flags.askForHelp(rest)) {
      command = "help";
      rest = List.of();
    }
    try {
      return run(command, rest);
    } catch (UsageException e) {
      String help = COMMANDS.contains(command) ? command + " --help" : "help";
      err.println("agentcore: " + e.getMessage() + " (see agentcore " + help + ")");
    } catch (ConfigException e) {
      e.problems().forEach(problem -> err.println("agentcore: " + problem));
    }
    return USAGE;
  }

  private int run(String command, List<String> args) throws UsageException, ConfigException {
    if (Flags.askForHelp(args) && !command.equals("chat") && !command.equals("bench")) {
      return Help.of(command, out);
    }
    return switch (command) {
      case "serve" -> new ServeCommand(out, err, environment).run(Arguments.ofAllSettings(args));
      case "invite" -> new InviteCommand(out, err, environment, isTerminal()).run(args);
      case "token" -> new TokenCommand(out, environment).run(args);
      case "check" -> new CheckCommand(out, err, environment).run(Arguments.ofAllSettings(args));
      case "chat" -> new ChatCommand(System.in, out, err, environment).run(args, isTerminal());
      case "say" -> new SayCommand(System.in, out, err, environment).run(args, isTerminal());
      case "admin" -> new AdminCommand(out, err, environment).run(args);
      case "bench" -> new BenchCommand(out, err).run(args);
      case "help" -> help(args);
      case "version" -> version();
      default -> throw new UsageException("unknown command: " + command);
    };
  }

  /** Since JDK 22 this needs jdk.console=java.base, which bin/agentcore sets. */
  @SuppressWarnings("SystemConsoleNull")
  private static boolean isTerminal() {
    return System.console() != null;
  }

  private int version() {
    out.println("agentcore " + AgentCore.version());
    return OK;
  }

  private int help(List<String> args) throws UsageException, ConfigException {
    return args.isEmpty() ? Help.ofProgram(out) : run(args.getFirst(), List.of("--help"));
  }
}
