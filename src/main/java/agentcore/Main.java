package agentcore;

import agentcore.cli.Cli;
import java.security.Security;
import java.util.Locale;

/** The program: arguments in, exit code out. */
public final class Main {
  private Main() {}

  /** Runs a command; without one, the server. Numbers are printed alike on every machine. */
  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT);
    lookNamesUpAgain();
    int code = new Cli(System.out, System.err, System.getenv()).run(args);
    if (code != Cli.OK) {
      System.exit(code);
    }
  }

  /** After a fail-over the name of Redis leads elsewhere: a JVM would go on for half a minute. */
  private static void lookNamesUpAgain() {
    Security.setProperty("networkaddress.cache.ttl", "1");
    Security.setProperty("networkaddress.cache.negative.ttl", "1");
  }
}
