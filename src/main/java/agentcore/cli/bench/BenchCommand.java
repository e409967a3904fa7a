package agentcore.cli.bench;

import agentcore.cli.common.UsageException;
import java.io.PrintStream;
import java.util.List;

/** Measures a server: {@code agentcore bench}. */
public final class BenchCommand {
  private static final int OK = 0;
  private static final int FAILED = 1;
  private static final int USAGE = 2;

  private final PrintStream out;
  private final PrintStream err;

  /** Makes the command; figures go to {@code out}, progress and errors to {@code err}. */
  public BenchCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /** Runs it and returns the program's exit code. */
  public int run(List<String> args) {
    if (args.contains("--help")) {
      out.print(Options.HELP);
      return OK;
    }
    try {
      Options options = OptionsParser.parse(args);
      Report report = new Report(new Run(options, err).measure());
      if (options.json()) {
        err.print(report.table());
        out.println(report.json());
      } else {
        out.print(report.table());
      }
      return OK;
    } catch (UsageException e) {
      err.println("agentcore bench: " + e.getMessage() + " (see agentcore bench --help)");
      return USAGE;
    } catch (BenchException e) {
      err.println("agentcore bench: " + e.getMessage());
      return FAILED;
    }
  }
}
