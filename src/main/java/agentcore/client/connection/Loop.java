package agentcore.client.connection;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * The thread of a client: it runs one task after the other, and the timers. Everything else in the
 * client, unless it says otherwise, is used only inside these tasks.
 */
public abstract class Loop {
  /** Can be cancelled before it runs. */
  public interface Timer {
    /** No timer. */
    Timer NONE =
        new Timer() {
          @Override
          public void cancel() {}

          @Override
          public boolean isSet() {
            return false;
          }
        };

    /** Prevents the timer from running; does nothing afterwards. */
    void cancel();

    /** Returns whether it is a timer. */
    default boolean isSet() {
      return true;
    }
  }

  private final Deque<Runnable> deferred = new ArrayDeque<>();
  private boolean isRunning;

  /** Creates a loop that runs nothing yet. */
  protected Loop() {}

  /** Runs a task later, after those that were passed before. Any thread may call it. */
  public abstract void execute(Runnable task);

  /** Returns whether the caller runs inside a task. Any thread may call it. */
  public abstract boolean isInside();

  /** Runs a task after {@code delay}, unless it is cancelled. */
  public abstract Timer after(Duration delay, Runnable task);

  /** Returns the time of a monotonic clock. */
  public abstract long nowNanos();

  /** Notes a defect of this client or of a listener. */
  public abstract void report(Throwable defect);

  /** Runs an action: at once inside a task, otherwise as a task. Any thread may call it. */
  public final void enter(Runnable action) {
    if (isInside()) {
      action.run();
    } else {
      execute(action);
    }
  }

  /** Runs an action inside a task, and waits for its result. Any thread may call it. */
  public final <T> T call(Supplier<T> action) {
    if (isInside()) {
      return action.get();
    }
    CompletableFuture<T> result = new CompletableFuture<>();
    execute(
        () -> {
          try {
            result.complete(action.get());
          } catch (RuntimeException | Error e) {
            result.completeExceptionally(e);
          }
        });
    try {
      return result.join();
    } catch (CompletionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Runs an action at the end of the current task, before the next one. */
  public final void defer(Runnable action) {
    deferred.add(action);
  }

  /** Runs a task and what it defers, on the thread of the loop. */
  protected final void run(Runnable task) {
    if (isRunning) {
      task.run();
      return;
    }
    isRunning = true;
    deferred.addFirst(task);
    for (Runnable next = deferred.poll(); next != null; next = deferred.poll()) {
      try {
        next.run();
      } catch (RuntimeException | Error defect) {
        report(defect);
      }
    }
    isRunning = false;
  }
}
