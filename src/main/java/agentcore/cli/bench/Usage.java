package agentcore.cli.bench;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * What was used up to a moment.
 *
 * @param nanos the moment, of {@link System#nanoTime}
 * @param serverCpu of the server's processes, all threads
 * @param serverBytes resident memory of the server's processes, where it is known
 * @param ownCpu of this process, all threads
 * @param threadCpu of the thread that does the work here: where it is at its end, so are we
 */
record Usage(
    long nanos, Duration serverCpu, OptionalLong serverBytes, Duration ownCpu, Duration threadCpu) {

  static Usage now(Processes servers) {
    return new Usage(
        System.nanoTime(),
        servers.cpu(),
        servers.pids().isEmpty() ? OptionalLong.empty() : servers.residentBytes(),
        Processes.current().cpu(),
        Duration.ofNanos(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime()));
  }

  double secondsSince(Usage before) {
    return (nanos - before.nanos) / 1e9;
  }

  /** Returns how many cores the servers kept busy. */
  double serverCoresSince(Usage before) {
    return serverSecondsSince(before) / secondsSince(before);
  }

  double serverSecondsSince(Usage before) {
    return serverCpu.minus(before.serverCpu).toNanos() / 1e9;
  }

  double ownCoresSince(Usage before) {
    return ownCpu.minus(before.ownCpu).toNanos() / 1e9 / secondsSince(before);
  }

  double threadShareSince(Usage before) {
    return threadCpu.minus(before.threadCpu).toNanos() / 1e9 / secondsSince(before);
  }
}
