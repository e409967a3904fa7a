package agentcore.cli.bench;

import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What a run found out.
 *
 * @param before the first connection
 * @param connected after the last connection was welcomed
 * @param began when the measurement began
 * @param ended when it ended
 * @param reads while measuring
 * @param ends why connections ended that nobody asked to
 */
record Figures(
    Options options,
    Tally tally,
    Usage before,
    Usage connected,
    Usage began,
    Usage ended,
    long reads,
    List<String> ends) {

  /** A thread is at its end some time before it is busy all of the time. */
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

  /** Returns the server's CPU for each delivered message. */
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

  /** Returns by how much the server grew since before the first connection, for each of them. */
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

  /** Returns which part of the time the generator's thread was busy. */
  double threadShare() {
    return ended.threadShareSince(began);
  }

  /** Says whether the generator, and not the server, was at its end. */
  boolean isBottleneck() {
    return threadShare() > BUSY || tally.lateness().percentileMillis(99) > LATE_MILLIS;
  }
}
