package agentcore.testkit.process;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.HotSpotDiagnosticMXBean.ThreadDumpFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The names of this process's threads, including virtual ones, from a thread dump. */
public final class ThreadNames {
  private static final Pattern LINE = Pattern.compile("#\\d+ \"(.*)\" .*");
  private static final List<String> OURS =
      List.of(
          "reader-",
          "handshake-",
          "closer-",
          "release-group",
          "deadline",
          "log-reader",
          "resync",
          "drainer",
          "flusher",
          "load-shedder",
          "timer",
          "accept",
          "heartbeat",
          "groups-",
          "recorder",
          "memory-sweeper");

  private ThreadNames() {}

  /** Returns the names of the threads that servers start. */
  public static Set<String> ofServers() {
    try {
      Path folder = Files.createTempDirectory("threads");
      Path file = folder.resolve("dump");
      try {
        ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
            .dumpThreads(file.toString(), ThreadDumpFormat.TEXT_PLAIN);
        return Files.readAllLines(file).stream()
            .map(LINE::matcher)
            .filter(Matcher::matches)
            .map(line -> line.group(1))
            .filter(name -> OURS.stream().anyMatch(name::startsWith))
            .collect(Collectors.toCollection(TreeSet::new));
      } finally {
        Files.deleteIfExists(file);
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
