package agentcore.cli.bench;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * The result of a run.
 *
 * @param before usage before the first connection
 * @param connected usage after the last welcome
 * @param began usage at the beginning of the measurement
 * @param ended usage at its end
 * @param reads socket reads of the generator during the measurement
 * @param closeReasons of connections that were closed during the run
 */
record Figures(
    Options options,
    Tally tally,
    Usage before,
    Usage connected,
    Usage began,
    Usage ended,
    long reads,
    List<String> closeReasons) {

  /** Above this share the generator's thread is the bottleneck. */
  private static final double BUSY = 0.85;

  private static final double LATE_MILLIS = 5;

  int connections() {
    return options.connections() + options.idle();
  }

  double connectsPerSecond() {
    return connections() / connected.secondsSince(before);
  }

  double sentPerSecond() {
    return tally.sentMeasured() / seconds();
  }

  double deliveredPerSecond() {
    return tally.deliveredMeasured() / seconds();
  }

  double deliveredPerRead() {
    return tally.deliveredMeasured() / (double) Math.max(1, reads);
  }

  private double seconds() {
    return ended.secondsSince(began);
  }

  boolean knowsServer() {
    return !options.serverPids().isEmpty();
  }

  double serverCores() {
    return ended.serverCoresSince(began);
  }

  /** Returns the server's CPU time per delivered message. */
  OptionalDouble serverMicrosPerDelivery() {
    return tally.deliveredMeasured() == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(ended.serverSecondsSince(began) * 1e6 / tally.deliveredMeasured());
  }

  double serverMicrosPerConnect() {
    return connected.serverSecondsSince(before) * 1e6 / connections();
  }

  OptionalLong serverBytes() {
    return ended.serverBytes();
  }

  /** Returns how much memory the server gained per connection. */
  OptionalDouble serverBytesPerConnection() {
    return ended.serverBytes().isEmpty() || before.serverBytes().isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(
            (ended.serverBytes().getAsLong() - before.serverBytes().getAsLong())
                / (double) connections());
  }

  double ownCores() {
    return ended.ownCoresSince(began);
  }

  /** Returns the share of the time that the generator's thread was busy. */
  double threadShare() {
    return ended.threadShareSince(began);
  }

  /** Returns whether the generator, not the server, limited the result. */
  boolean isBottleneck() {
    return threadShare() > BUSY || tally.lateness().percentileMillis(99) > LATE_MILLIS;
  }
}
