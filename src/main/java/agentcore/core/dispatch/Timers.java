package agentcore.core.dispatch;

import agentcore.core.connection.Safely;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor.DiscardPolicy;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs tasks later, and others again and again. One thread keeps the time; each task runs on its
 * own virtual thread.
 */
public final class Timers implements AutoCloseable {
  /** The pause before a task is tried again for which no thread could be started. */
  private static final Duration NO_THREAD_PAUSE = Duration.ofSeconds(1);

  private final ScheduledThreadPoolExecutor clock;

  /** The threads of the tasks that are repeated. */
  final Set<Thread> repeating = ConcurrentHashMap.newKeySet();

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

  /**
   * Runs {@code task} again and again, each time after a pause, until {@link #close}. Exceptions
   * are logged, and the next run follows.
   *
   * @param name of the thread, and of the task in the log
   */
  public void every(Duration pause, String name, Runnable task) {
    Thread thread =
        Thread.ofVirtual().name(name).unstarted(() -> repeat(pause.toNanos(), name, task));
    repeating.add(thread);
    thread.start();
  }

  private void repeat(long pauseNanos, String name, Runnable task) {
    while (!clock.isShutdown()) {
      LockSupport.parkNanos(pauseNanos);
      if (!clock.isShutdown()) {
        Safely.run(name, task);
      }
    }
  }

  /** Discards all tasks that are not running. */
  @Override
  public void close() {
    clock.shutdownNow();
    repeating.forEach(LockSupport::unpark);
  }
}
