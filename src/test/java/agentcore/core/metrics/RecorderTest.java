package agentcore.core.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.testkit.Await;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A bounded record of samples. */
class RecorderTest {
  private final AtomicInteger taken = new AtomicInteger();

  @Test
  void newestSamplesAreKept() {
    Recorder<Integer> recorder = new Recorder<>(taken::incrementAndGet, Duration.ofDays(1), 3);
    assertEquals(List.of(), recorder.samples());
    for (int i = 0; i < 5; i++) {
      recorder.record();
    }
    assertEquals(List.of(3, 4, 5), recorder.samples());
  }

  @Test
  void firstSampleIsTakenAtOnce() {
    try (Recorder<Integer> recorder =
        new Recorder<>(taken::incrementAndGet, Duration.ofDays(1), 3)) {
      recorder.start();
      Await.until("a sample", () -> recorder.samples().equals(List.of(1)));
    }
  }

  @Test
  void samplesContinueAfterOneThatFailed() {
    Recorder<Integer> recorder =
        new Recorder<>(
            () -> {
              if (taken.incrementAndGet() == 2) {
                throw new IllegalStateException("a test's defect");
              }
              return taken.get();
            },
            Duration.ofMillis(1),
            100);
    try (recorder) {
      recorder.start();
      Await.until("a third sample", () -> recorder.samples().contains(3));
      assertEquals(List.of(1, 3), recorder.samples().subList(0, 2));
    }
    Await.until("its thread to end", () -> !recorder.isRunning());
  }
}
