package agentcore.cli.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/**
 * CPU time and memory used up to a moment.
 *
 * @param nanos the moment, from {@link System#nanoTime}
 * @param serverCpu CPU time of the server's processes, all threads
 * @param serverBytes resident memory of the server's processes, if known
 * @param ownCpu CPU time of this process, all threads
 * @param threadCpu CPU time of the generator's one thread
 */
record Usage(
    long nanos, Duration serverCpu, OptionalLong serverBytes, Duration ownCpu, Duration threadCpu) {

  static Usage now(List<Long> serverPids) {
    return new Usage(
        System.nanoTime(),
        cpu(serverPids),
        serverPids.isEmpty() ? OptionalLong.empty() : residentBytes(serverPids),
        cpu(List.of(ProcessHandle.current().pid())),
        Duration.ofNanos(ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime()));
  }

  /** Returns the CPU time of processes since they started; a process that has ended counts as 0. */
  private static Duration cpu(List<Long> pids) {
    return pids.stream()
        .map(pid -> ProcessHandle.of(pid).flatMap(process -> process.info().totalCpuDuration()))
        .map(cpu -> cpu.orElse(Duration.ZERO))
        .reduce(Duration.ZERO, Duration::plus);
  }

  private static OptionalLong residentBytes(List<Long> pids) {
    long sum = 0;
    for (long pid : pids) {
      try {
        sum += residentBytes(pid);
      } catch (IOException | NumberFormatException unknown) { // only Linux has /proc
        return OptionalLong.empty();
      }
    }
    return OptionalLong.of(sum);
  }

  /** Reads {@code /proc/PID/status} (proc_pid_status(5)). */
  private static long residentBytes(long pid) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
      if (line.startsWith("VmRSS:")) {
        return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IOException("no VmRSS");
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
