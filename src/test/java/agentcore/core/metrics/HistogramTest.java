package agentcore.core.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The quantiles that are estimated from a histogram. */
class HistogramTest {
  private final Histogram histogram = new Metrics().deliveryLag;

  private void record(int times, Duration duration) {
    for (int i = 0; i < times; i++) {
      histogram.record(duration.toNanos());
    }
  }

  private long micros(long[] before, double quantile) {
    return Histogram.quantileNanos(before, histogram.counts(), quantile) / 1000;
  }

  @Test
  void quantileIsSpreadEvenlyInItsBucket() {
    long[] before = histogram.counts();
    record(90, Duration.ofNanos(50_000)); // 0 to 100 microseconds
    record(10, Duration.ofMillis(200)); // 100 to 250 milliseconds
    assertEquals(100, micros(before, 0.9));
    assertEquals(55, micros(before, 0.5));
    assertEquals(175_000, micros(before, 0.95));
    assertEquals(250_000, micros(before, 1));
  }

  @Test
  void onlyWhatWasCountedInBetweenIsEstimated() {
    record(1000, Duration.ofSeconds(1));
    long[] before = histogram.counts();
    assertEquals(-1, Histogram.quantileNanos(before, histogram.counts(), 0.5));
    record(1, Duration.ofMillis(2));
    assertEquals(1000 + 1500 / 2, micros(before, 0.5));
  }

  @Test
  void durationBeyondTheLastBucketIsItsBound() {
    long[] before = histogram.counts();
    record(1, Duration.ofMinutes(1));
    assertEquals(2_000_000, micros(before, 0.99));
  }
}
