package agentcore.core.transport;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Cuts a step short from outside where it takes too long: reads have timeouts, writes have none.
 */
final class Deadline {
  private Deadline() {}

  /** What is done in a step. */
  @FunctionalInterface
  interface Step {
    void run() throws IOException;
  }

  /**
   * Runs a step.
   *
   * @param late runs where it takes longer than {@code timeout}, once, on a thread of its own
   */
  static void limit(Duration timeout, Runnable late, Step step) throws IOException {
    CountDownLatch done = new CountDownLatch(1);
    Thread.ofVirtual().name("deadline").start(() -> runUnless(done, timeout, late));
    try {
      step.run();
    } finally {
      done.countDown();
    }
  }

  private static void runUnless(CountDownLatch done, Duration timeout, Runnable late) {
    try {
      if (!done.await(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
        late.run();
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }
}
