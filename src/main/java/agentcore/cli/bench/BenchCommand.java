package agentcore.cli.bench;

import agentcore.cli.bench.socket.Swarm;
import agentcore.cli.common.UsageException;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Measures a server: {@code agentcore bench}. */
public final class BenchCommand {
  private static final int OK = 0;
  private static final int FAILED = 1;
  private static final int USAGE = 2;
  private static final int BASE_36 = 36;

  private final PrintStream out;
  private final PrintStream err;

  /** Creates the command; it prints figures to {@code out}, progress and errors to {@code err}. */
  public BenchCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /** Runs the command and returns the program's exit code. */
  public int run(List<String> args) {
    if (args.contains("--help")) {
      out.print(Options.HELP);
      return OK;
    }
    try {
      Options options = Options.parse(args);
      print(new Report(measure(options)), options.json());
      return OK;
    } catch (UsageException e) {
      err.println("agentcore bench: " + e.getMessage() + " (see agentcore bench --help)");
      return USAGE;
    } catch (IOException e) {
      err.println("agentcore bench: " + Hints.addTo("" + e.getMessage()));
      return FAILED;
    }
  }

  private void print(Report report, boolean json) {
    if (json) {
      err.print(report.table());
      out.println(report.json());
    } else {
      out.print(report.table());
    }
  }

  private Figures measure(Options options) throws IOException {
    try (Swarm swarm = new Swarm()) {
      Setup.Names names = new Setup.Names(runName());
      Setup setup = new Setup(options, names, swarm);
      int clients = options.connections() + options.idle();
      err.println("connecting " + clients + " clients to " + options.targets().getFirst());
      Usage before = Usage.now(options.serverPids());
      setup.connect();
      Usage connected = Usage.now(options.serverPids());
      setup.enterRooms();

      Traffic traffic = new Traffic(options, names, swarm);
      traffic.begin();
      run("warming up", traffic, options, options.warmUp());
      traffic.beginMeasuring();
      Usage began = Usage.now(options.serverPids());
      long readsBefore = swarm.reads();
      run("measuring", traffic, options, options.measured());
      traffic.end();
      Usage ended = Usage.now(options.serverPids());
      long reads = swarm.reads() - readsBefore;
      traffic.drain();
      return new Figures(
          options, traffic.tally(), before, connected, began, ended, reads, swarm.closeReasons());
    }
  }

  /** Returns a random name of fixed length. */
  private static String runName() {
    long bound = (long) Math.pow(BASE_36, ChatText.RUN_LENGTH);
    String name = Long.toString(ThreadLocalRandom.current().nextLong(bound), BASE_36);
    return "0".repeat(ChatText.RUN_LENGTH - name.length()) + name;
  }

  /** Runs the traffic for some seconds and prints a line after each. */
  private void run(String phase, Traffic traffic, Options options, Duration duration)
      throws IOException {
    Usage before = Usage.now(options.serverPids());
    long delivered = traffic.tally().delivered();
    for (long second = 1; second <= duration.toSeconds(); second++) {
      traffic.runUntil(before.nanos() + TimeUnit.SECONDS.toNanos(second));
      long deliveredNow = traffic.tally().delivered();
      err.printf(
          Locale.ROOT,
          "%s, %d of %d s: %,d delivered%s%n",
          phase,
          second,
          duration.toSeconds(),
          deliveredNow - delivered,
          serverCores(options, before));
      delivered = deliveredNow;
    }
  }

  private static String serverCores(Options options, Usage before) {
    return options.serverPids().isEmpty()
        ? ""
        : String.format(
            Locale.ROOT,
            ", server %.2f cores so far",
            Usage.now(options.serverPids()).serverCoresSince(before));
  }
}
