package agentcore.testkit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what can only be looked at. */
public final class Await {
  /**
   * The deadline of everything that is about to happen. It only ends a test that has failed, so it
   * is long enough for a machine that is slow and busy.
   */
  public static final Duration DEADLINE = Duration.ofSeconds(60);

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
