package agentcore.core.dispatch;

import static org.junit.jupiter.api.Assertions.assertFalse;

import agentcore.core.backend.BackendException;
import agentcore.testkit.Await;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class TimersTest {
  private static final Duration SOON = Duration.ofMillis(1);

  @Test
  void runsTasksAfterOneThatThrows() {
    try (Timers timers = new Timers()) {
      for (Throwable failure :
          List.of(
              new BackendException("away"),
              new IllegalStateException("a defect"),
              new StackOverflowError("a defect"))) {
        CountDownLatch failed = new CountDownLatch(1);
        timers.after(
            SOON,
            () -> {
              failed.countDown();
              throw raised(failure);
            });
        Await.until("the task that fails", () -> failed.getCount() == 0);
        AtomicBoolean ran = new AtomicBoolean();
        timers.after(SOON, () -> ran.set(true));
        Await.until("the next task", ran::get);
      }
    }
  }

  private static RuntimeException raised(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    return (RuntimeException) failure;
  }

  @Test
  void repeatsATaskThatThrowsUntilClose() {
    AtomicInteger runs = new AtomicInteger();
    AtomicReference<Thread> thread = new AtomicReference<>();
    Timers timers = new Timers();
    timers.every(
        SOON,
        "a task",
        () -> {
          thread.set(Thread.currentThread());
          runs.incrementAndGet();
          throw new StackOverflowError("a defect");
        });
    Await.until("some runs", () -> runs.get() >= 3);
    timers.close();
    Await.until("the end of its thread", () -> !thread.get().isAlive());
  }

  @Test
  void closeEndsAPause() {
    AtomicBoolean ran = new AtomicBoolean();
    Timers timers = new Timers();
    timers.every(Duration.ofDays(1), "a task", () -> ran.set(true));
    Thread thread = timers.repeating.iterator().next();
    timers.close();
    Await.until("the end of its thread", () -> !thread.isAlive());
    assertFalse(ran.get());
  }

  @Test
  void discardsTasksAfterClose() {
    Timers timers = new Timers();
    AtomicBoolean ran = new AtomicBoolean();
    timers.after(Duration.ofHours(1), () -> ran.set(true));
    timers.close();
    timers.after(Duration.ZERO, () -> ran.set(true));
    timers.close();
    assertFalse(ran.get());
  }
}
