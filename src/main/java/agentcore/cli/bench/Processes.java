package agentcore.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What some processes have used so far. */
record Processes(List<Long> pids) {
  Processes {
    pids = List.copyOf(pids);
  }

  static Processes current() {
    return new Processes(List.of(ProcessHandle.current().pid()));
  }

  /** Returns their CPU time, in all threads, since they started; those that ended count nothing. */
  Duration cpu() {
    Duration sum = Duration.ZERO;
    for (long pid : pids) {
      sum = sum.plus(ProcessHandle.of(pid).flatMap(Processes::cpuOf).orElse(Duration.ZERO));
    }
    return sum;
  }

  private static Optional<Duration> cpuOf(ProcessHandle process) {
    return process.info().totalCpuDuration();
  }

  /** Returns the memory that is theirs now, in bytes, where the system tells it: Linux does. */
  OptionalLong residentBytes() {
    long sum = 0;
    for (long pid : pids) {
      try {
        sum += residentBytes(pid);
      } catch (IOException | NumberFormatException notTold) {
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
}
