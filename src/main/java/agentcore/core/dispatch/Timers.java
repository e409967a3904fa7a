package agentcore.core.dispatch;

import agentcore.core.connection.Safely;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor.DiscardPolicy;
import java.util.concurrent.TimeUnit;

/** Runs tasks later: one thread keeps the time, and each task runs on its own virtual thread. */
public final class Timers implements AutoCloseable {
  /** The pause before a task is tried again for which no thread could be started. */
  private static final Duration NO_THREAD_PAUSE = Duration.ofSeconds(1);

  private final ScheduledThreadPoolExecutor clock;

  /** Creates timers. Their thread starts with the first task. */
  public Timers() {
    clock =
        new ScheduledThreadPoolExecutor(1, Thread.ofPlatform().daemon().name("timers").factory());
    clock.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    clock.setRejectedExecutionHandler(new DiscardPolicy());
  }

  /** Runs {@code task} after {@code delay}, but not after {@link #close}. Exceptions are logged. */
  void after(Duration delay, Runnable task) {
    var unused = clock.schedule(() -> start(task), delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void start(Runnable task) {
    boolean started =
        Safely.run(
            "starting a timer's thread",
            () -> Thread.ofVirtual().name("timer").start(() -> Safely.run("a timer's task", task)));
    if (!started) {
      after(NO_THREAD_PAUSE, task);
    }
  }

  /** Discards all tasks that are not running. */
  @Override
  public void close() {
    clock.shutdownNow();
  }
}
