package agentcore.core.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import agentcore.testkit.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DeadlineTest {
  private final AtomicInteger cuts = new AtomicInteger();

  @Test
  void whatTakesTooLongIsCutOnce() throws IOException {
    Deadline.limit(
        Duration.ofMillis(10),
        cuts::incrementAndGet,
        () -> Await.until("the cut", () -> cuts.get() > 0));
    assertEquals(1, cuts.get());
  }

  @Test
  void whatEndsInTimeIsNotCutHoweverItEnds() throws IOException {
    Deadline.limit(Duration.ofMillis(500), cuts::incrementAndGet, () -> {});
    assertThrows(
        IOException.class,
        () -> Deadline.limit(Duration.ofMillis(500), cuts::incrementAndGet, this::fail));
    Deadline.limit(
        Duration.ofMillis(600),
        cuts::incrementAndGet,
        () -> Await.until("the time of all three to be over", () -> cuts.get() > 0));
    assertEquals(1, cuts.get(), "only the last");
  }

  private void fail() throws IOException {
    throw new IOException("failed " + cuts);
  }
}
