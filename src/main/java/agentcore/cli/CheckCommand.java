package agentcore.cli;

import agentcore.cli.common.Arguments;
import agentcore.core.Config;
import agentcore.core.Setting;
import agentcore.example.ChatSetting;
import java.io.PrintStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Prints the effective settings, the source of each, and errors and warnings about them. */
final class CheckCommand {
  private final PrintStream out;
  private final PrintStream err;
  private final Map<String, String> environment;

  CheckCommand(PrintStream out, PrintStream err, Map<String, String> environment) {
    this.out = out;
    this.err = err;
    this.environment = environment;
  }

  int run(Arguments arguments) {
    Logs.configure("ERROR", "text", err);
    Config.Inspection seen = arguments.inspect(environment);
    String file = arguments.file().map(path -> path + "").orElse("none");
    out.println("Settings file: " + file);
    out.println();
    for (Setting setting : ChatSetting.all()) {
      print(seen.config(), setting);
    }
    Checks checks = new Checks(seen.config(), Clock.systemUTC(), arguments.isTeam());
    List<String> errors = new ArrayList<>(seen.problems());
    errors.addAll(checks.errors());
    list("Store:", checks.store());
    list("Errors:", errors);
    list("Warnings:", checks.warnings());
    if (errors.isEmpty()) {
      out.println();
      out.println("No errors.");
    }
    return errors.isEmpty() ? Cli.OK : Cli.FAILED;
  }

  private void print(Config config, Setting setting) {
    String value = config.shown(setting).isEmpty() ? "(empty)" : config.shown(setting);
    out.printf(Locale.ROOT, "  %-27s %-28s %s%n", setting, value, config.source(setting));
  }

  private void list(String title, List<String> findings) {
    if (!findings.isEmpty()) {
      out.println();
      out.println(title);
      findings.forEach(finding -> out.println("  " + finding));
    }
  }
}
