package agentcore.cli;

import agentcore.cli.bench.BenchCommand;
import agentcore.cli.chat.ChatCommand;
import agentcore.cli.common.UsageException;
import agentcore.core.AgentCore;
import agentcore.core.ConfigException;
import agentcore.core.Setting;
import agentcore.example.ChatSetting;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
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

  /** Commands with a help text of their own. */
  private static final Set<String> WITH_OWN_HELP = Set.of("bench", "chat");

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
    }
    if (rest.contains("--help") && !WITH_OWN_HELP.contains(command)) {
      command = "help";
    }
    try {
      return run(command, rest);
    } catch (UsageException e) {
      err.println("agentcore: " + e.getMessage() + " (see agentcore help)");
    } catch (ConfigException e) {
      e.problems().forEach(problem -> err.println("agentcore: " + problem));
    }
    return USAGE;
  }

  private int run(String command, List<String> args) throws UsageException, ConfigException {
    return switch (command) {
      case "serve" -> new ServeCommand(out, err, environment).run(Arguments.parse(args));
      case "token" ->
          new TokenCommand(out, environment)
              .run(Arguments.parse(args, TokenCommand.USER, TokenCommand.TTL, TokenCommand.CLAIMS));
      case "check" -> new CheckCommand(out, err, environment).run(Arguments.parse(args));
      case "chat" -> new ChatCommand(System.in, out, err, environment).run(args, isTerminal());
      case "bench" -> new BenchCommand(out, err).run(args);
      case "help" -> help();
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

  private int help() {
    out.print(
        """
        AgentCore, a WebSocket chat server.

          agentcore [serve] [--config FILE] [--SETTING VALUE ...]   run the server
          agentcore token --user USER [--ttl SECONDS] ...           print a token [for 3600 seconds]
                          [--claims JSON]                           with more claims, an object
          agentcore check [--config FILE] [--SETTING VALUE ...]     print the settings and their problems
          agentcore chat [OPTIONS]                                  chat in the terminal (chat --help)
          agentcore bench [OPTIONS]                                 measure a server (bench --help)
          agentcore help                                            print this help
          agentcore version                                         print the version

        Settings come from config.properties (or FILE), the environment, and flags; later ones
        override earlier ones. In the file and the environment, --port is called PORT. There,
        white space and # after a value begin a comment, except in secrets, passwords, URLs,
        origins, file names and room names.

        """);
    for (Setting setting : ChatSetting.all()) {
      String defaultValue =
          setting.defaultValue().isEmpty() ? "" : " [" + setting.defaultValue() + "]";
      out.printf(
          Locale.ROOT, "  %-29s %s%s%n", setting.flag(), setting.description(), defaultValue);
    }
    out.println();
    out.println("Exit codes: 0 success, 1 failure, 2 wrong usage or configuration.");
    return OK;
  }
}
