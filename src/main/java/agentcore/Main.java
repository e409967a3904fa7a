package agentcore;

import agentcore.cli.Cli;
import java.util.Locale;

/** The program: arguments in, exit code out. */
public final class Main {
  private Main() {}

  /** Runs a command; without one, the server. Numbers are printed alike on every machine. */
  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT);
    int code = new Cli(System.out, System.err, System.getenv()).run(args);
    if (code != Cli.OK) {
      System.exit(code);
    }
  }
}
