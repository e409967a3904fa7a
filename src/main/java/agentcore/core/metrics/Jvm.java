package agentcore.core.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.ToDoubleFunction;

/**
 * Metrics of the Java virtual machine and its process. The JDK's management classes are loaded when
 * the metrics are first read: loading them earlier would take a third of the start-up time.
 */
public final class Jvm {
  private static final double MILLIS_PER_SECOND = 1e3;
  private static final double NANOS_PER_SECOND = 1e9;

  private Jvm() {}

  /** Adds the metrics. Those of the process are NaN if the operating system is not a Unix. */
  public static void addTo(Metrics metrics) {
    Runtime runtime = Runtime.getRuntime();
    metrics.gauge(
        "jvm_heap_used_bytes",
        "Heap in use, including garbage.",
        () -> runtime.totalMemory() - runtime.freeMemory());
    metrics.gauge("jvm_heap_max_bytes", "Maximum heap size.", runtime::maxMemory);
    metrics.gauge(
        "jvm_threads",
        "Platform threads, without virtual threads.",
        () -> ManagementFactory.getThreadMXBean().getThreadCount());
    metrics.counter("jvm_gc_seconds_total", "Time spent collecting garbage.", Jvm::gcSeconds);
    metrics.gauge(
        "process_start_time_seconds",
        "Start of the process, in seconds since 1970.",
        () -> ManagementFactory.getRuntimeMXBean().getStartTime() / MILLIS_PER_SECOND);
    metrics.counter(
        "process_cpu_seconds_total",
        "Processor time of the process.",
        () -> unix(system -> system.getProcessCpuTime() / NANOS_PER_SECOND));
    metrics.gauge(
        "process_open_fds",
        "Open files, including sockets.",
        () -> unix(UnixOperatingSystemMXBean::getOpenFileDescriptorCount));
    metrics.gauge(
        "process_max_fds",
        "Maximum number of open files.",
        () -> unix(UnixOperatingSystemMXBean::getMaxFileDescriptorCount));
  }

  private static double gcSeconds() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
            .mapToLong(GarbageCollectorMXBean::getCollectionTime)
            .sum()
        / MILLIS_PER_SECOND;
  }

  private static double unix(ToDoubleFunction<UnixOperatingSystemMXBean> value) {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
        ? value.applyAsDouble(system)
        : Double.NaN;
  }
}
