package agentcore.testkit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Waits for conditions that can only be polled. */
public final class Await {
  /**
   * The deadline for anything that should happen soon. Only a failing test reaches it, so it is
   * long enough for a slow and busy machine.
   */
  public static final Duration DEADLINE = Duration.ofSeconds(60);

  private static final long PAUSE_NANOS = 1_000_000;

  private Await() {}

  /**
   * Waits until {@code condition} holds.
   *
   * @throws AssertionError if it does not hold in time; the message contains {@code what}
   */
  public static void until(String what, BooleanSupplier condition) {
    until(what, DEADLINE, condition);
  }

  /**
   * Waits until {@code condition} holds, for as long as {@code progress} changes at least once
   * within the deadline: for work that takes a slow machine longer than that.
   */
  public static void untilOrStill(String what, LongSupplier progress, BooleanSupplier condition) {
    long before = progress.getAsLong();
    long startNanos = System.nanoTime();
    while (!condition.getAsBoolean()) {
      long now = progress.getAsLong();
      if (now != before) {
        before = now;
        startNanos = System.nanoTime();
      } else if (System.nanoTime() - startNanos > DEADLINE.toNanos()) {
        throw new AssertionError("nothing for " + DEADLINE.toMillis() + " ms: " + what);
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** Waits until {@code condition} holds, with a deadline of its own. */
  public static void until(String what, Duration deadline, BooleanSupplier condition) {
    long startNanos = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - startNanos > deadline.toNanos()) {
        throw new AssertionError("not within " + deadline.toMillis() + " ms: " + what);
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }
}
