package agentcore.core.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import agentcore.testkit.Await;
import agentcore.testkit.process.ThreadNames;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DeadlineTest {
  private static final Duration LONG = Duration.ofDays(1);

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
    Deadline.limit(LONG, cuts::incrementAndGet, () -> {});
    assertThrows(IOException.class, () -> Deadline.limit(LONG, cuts::incrementAndGet, this::fail));
    awaitNoneWaits();
    assertEquals(0, cuts.get());
  }

  /** What was to cut them has ended long before its time. */
  private static void awaitNoneWaits() {
    Await.until("no deadline is left", () -> !ThreadNames.ofServers().contains("deadline"));
  }

  private void fail() throws IOException {
    throw new IOException("failed " + cuts);
  }
}
