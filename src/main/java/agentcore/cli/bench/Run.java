package agentcore.cli.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** One measurement, from the first connection to the last figure. */
final class Run {
  private static final int DIGITS = 36;

  private final Options options;
  private final Processes servers;
  private final PrintStream progress;

  /**
   * Makes one.
   *
   * @param progress gets a line a second
   */
  Run(Options options, PrintStream progress) {
    this.options = options;
    this.servers = new Processes(options.serverPids());
    this.progress = progress;
  }

  /** Measures; takes as long as the options say, and what setting up takes. */
  Figures measure() throws BenchException {
    try (Swarm swarm = new Swarm()) {
      return measure(swarm);
    } catch (IOException e) {
      throw new BenchException(Hints.with("" + e.getMessage()));
    }
  }

  private Figures measure(Swarm swarm) throws IOException, BenchException {
    Setup.Names names = new Setup.Names(runName());
    Setup setup = new Setup(options, names, swarm);
    int clients = options.connections() + options.idle();
    progress.println("connecting " + clients + " clients to " + options.targets().getFirst());
    Usage before = Usage.now(servers);
    setup.connect();
    Usage connected = Usage.now(servers);
    setup.enterRooms();
    Traffic traffic = new Traffic(options, names, swarm);
    traffic.begin();
    pass("warming up", traffic, options.warmUp());
    traffic.beginMeasuring();
    Usage began = Usage.now(servers);
    long readsBefore = swarm.reads();
    pass("measuring", traffic, options.measured());
    traffic.end();
    Usage ended = Usage.now(servers);
    long reads = swarm.reads() - readsBefore;
    traffic.drain();
    return new Figures(
        options, traffic.tally(), before, connected, began, ended, reads, swarm.ends());
  }

  private static String runName() {
    long bound = 1;
    for (int i = 0; i < ChatText.RUN_LENGTH; i++) {
      bound *= DIGITS;
    }
    String name = Long.toString(ThreadLocalRandom.current().nextLong(bound), DIGITS);
    return "0".repeat(ChatText.RUN_LENGTH - name.length()) + name;
  }

  /** Lets the traffic run, and tells each second how it goes. */
  private void pass(String what, Traffic traffic, Duration duration) throws IOException {
    Usage before = Usage.now(servers);
    long delivered = traffic.tally().delivered();
    for (long second = 1; second <= duration.toSeconds(); second++) {
      traffic.runUntil(before.nanos() + TimeUnit.SECONDS.toNanos(second));
      long deliveredNow = traffic.tally().delivered();
      progress.printf(
          Locale.ROOT,
          "%s, %d of %d s: %,d delivered%s%n",
          what,
          second,
          duration.toSeconds(),
          deliveredNow - delivered,
          servers.pids().isEmpty()
              ? ""
              : String.format(
                  Locale.ROOT,
                  ", server %.2f cores so far",
                  Usage.now(servers).serverCoresSince(before)));
      delivered = deliveredNow;
    }
  }
}
