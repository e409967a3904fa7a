package agentcore.cli.common;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackoffTest {
  @Test
  void waitStaysBelowABoundThatDoublesUpToHalfAMinute() {
    Backoff backoff = new Backoff(new Random(1));
    for (long bound : new long[] {500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000}) {
      assertTrue(backoff.next().compareTo(Duration.ofMillis(bound)) <= 0);
    }
    for (int i = 0; i < 100; i++) {
      assertTrue(backoff.next().compareTo(Duration.ofSeconds(30)) <= 0);
    }
  }
}
