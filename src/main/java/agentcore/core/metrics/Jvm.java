package agentcore.core.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.ToDoubleFunction;

/**
 * What the virtual machine and its process tell of themselves. It is asked when the metrics are
 * read, and not before: the JDK's classes for it would take a third of the time of a start.
 */
public final class Jvm {
  private static final double MILLIS_PER_SECOND = 1e3;
  private static final double NANOS_PER_SECOND = 1e9;

  private Jvm() {}

  /** Adds them. What an operating system that is no Unix does not tell is NaN. */
  public static void addTo(Metrics metrics) {
    Runtime runtime = Runtime.getRuntime();
    metrics.gauge(
        "jvm_heap_used_bytes",
        "Heap in use, with what is not collected yet.",
        () -> runtime.totalMemory() - runtime.freeMemory());
    metrics.gauge("jvm_heap_max_bytes", "Heap that there may be at most.", runtime::maxMemory);
    metrics.gauge(
        "jvm_threads",
        "Platform threads; virtual ones are not counted.",
        () -> ManagementFactory.getThreadMXBean().getThreadCount());
    metrics.counter("jvm_gc_seconds_total", "Time spent collecting garbage.", Jvm::gcSeconds);
    metrics.gauge(
        "process_start_time_seconds",
        "When the process began, in seconds since 1970.",
        () -> ManagementFactory.getRuntimeMXBean().getStartTime() / MILLIS_PER_SECOND);
    metrics.counter(
        "process_cpu_seconds_total",
        "Processor time of the process.",
        () -> unix(system -> system.getProcessCpuTime() / NANOS_PER_SECOND));
    metrics.gauge(
        "process_open_fds",
        "Open files, sockets among them.",
        () -> unix(UnixOperatingSystemMXBean::getOpenFileDescriptorCount));
    metrics.gauge(
        "process_max_fds",
        "Files that may be open at most.",
        () -> unix(UnixOperatingSystemMXBean::getMaxFileDescriptorCount));
  }

  private static double gcSeconds() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
            .mapToLong(GarbageCollectorMXBean::getCollectionTime)
            .sum()
        / MILLIS_PER_SECOND;
  }

  private static double unix(ToDoubleFunction<UnixOperatingSystemMXBean> what) {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
        ? what.applyAsDouble(system)
        : Double.NaN;
  }
}
