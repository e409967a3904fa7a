package agentcore.core.consumer;

import agentcore.core.backend.BackendException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Runs things later: one thread keeps the time, each task gets a virtual thread of its own. */
public final class Timers implements AutoCloseable {
  private static final Logger LOG = System.getLogger(Timers.class.getName());

  private final ScheduledThreadPoolExecutor clock;

  /** Makes it; its thread begins with the first task. */
  public Timers() {
    clock =
        new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("timers").factory());
    clock.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  /** Runs {@code task} after {@code delay}. What it throws is logged. */
  void after(Duration delay, Runnable task) {
    var unused =
        clock.schedule(
            () -> Thread.ofVirtual().name("timer").start(() -> run(task)),
            delay.toNanos(),
            TimeUnit.NANOSECONDS);
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (BackendException unreachable) {
      LOG.log(Level.DEBUG, "a timer found no store: {0}", unreachable.getMessage());
    } catch (Throwable defect) {
      LOG.log(Level.ERROR, "a timer failed", defect);
    }
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
