package agentcore;

import agentcore.cli.Cli;
import java.security.Security;
import java.util.Locale;

/** Starts the program: arguments in, exit code out. */
public final class Main {
  private Main() {}

  /** Runs a command, or the server without one. Numbers are printed alike on every machine. */
  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT);
    cacheNamesBriefly();
    int code = new Cli(System.out, System.err, System.getenv()).run(args);
    if (code != Cli.OK) {
      System.exit(code);
    }
  }

  /**
   * After a fail-over the name of Redis has another address; by default a JVM uses the old one for
   * half a minute.
   */
  private static void cacheNamesBriefly() {
    Security.setProperty("networkaddress.cache.ttl", "1");
    Security.setProperty("networkaddress.cache.negative.ttl", "1");
  }
}
