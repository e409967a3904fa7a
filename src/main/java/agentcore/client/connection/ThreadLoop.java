package agentcore.client.connection;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A loop on a daemon thread, which starts with the first task and ends when there has been none for
 * a while.
 */
public final class ThreadLoop extends Loop {
  private static final Logger LOG = System.getLogger(ThreadLoop.class.getName());
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(1);

  private final ScheduledThreadPoolExecutor executor;
  private volatile Thread thread = new Thread();

  public ThreadLoop(String name) {
    executor =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              thread = Thread.ofPlatform().daemon().name(name).unstarted(task);
              return thread;
            });
    executor.setRemoveOnCancelPolicy(true);
    executor.setKeepAliveTime(KEEP_ALIVE.toNanos(), TimeUnit.NANOSECONDS);
    executor.allowCoreThreadTimeOut(true);
  }

  @Override
  public void execute(Runnable task) {
    executor.execute(() -> run(task));
  }

  @Override
  public boolean isInside() {
    return Thread.currentThread() == thread;
  }

  @Override
  public Timer after(Duration delay, Runnable task) {
    ScheduledFuture<?> timer =
        executor.schedule(() -> run(task), delay.toNanos(), TimeUnit.NANOSECONDS);
    return () -> timer.cancel(false);
  }

  @Override
  public long nowNanos() {
    return System.nanoTime();
  }

  @Override
  public void report(Throwable defect) {
    LOG.log(Level.ERROR, "a task or a listener failed", defect);
  }
}
