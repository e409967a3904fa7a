package agentcore;

import agentcore.cli.Cli;

/** The program: arguments in, exit code out. */
public final class Main {
  private Main() {}

  /** Runs a command; without one, the server. */
  public static void main(String[] args) {
    int code = new Cli(System.out, System.err, System.getenv()).run(args);
    if (code != Cli.OK) {
      System.exit(code);
    }
  }
}
