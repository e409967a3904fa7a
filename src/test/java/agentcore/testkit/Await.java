package agentcore.testkit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what can only be looked at. */
public final class Await {
  /** So long anything may take that is about to happen, on a machine that is busy. */
  public static final Duration DEADLINE = Duration.ofSeconds(10);

  private static final long PAUSE_NANOS = 1_000_000;

  private Await() {}

  /**
   * Waits until {@code condition} holds.
   *
   * @throws AssertionError where it does not in time; {@code what} says what was waited for
   */
  public static void until(String what, BooleanSupplier condition) {
    until(what, DEADLINE, condition);
  }

  /** Waits until {@code condition} holds, for what takes its own time. */
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
