package agentcore.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class HistogramTest {
  private final Histogram histogram = new Histogram();

  @Test
  void percentilesAreRightWithinASixtyFourth() {
    for (int micros = 1; micros <= 1_000_000; micros++) {
      histogram.add(micros);
    }
    for (double percent : new double[] {0.1, 1, 50, 90, 99, 99.9}) {
      double exact = percent * 10;
      assertEquals(exact, histogram.percentileMillis(percent), exact / 64, percent + " %");
    }
    assertEquals(1000, histogram.percentileMillis(100));
    assertEquals(1000, histogram.maxMillis());
  }

  @Test
  void noTimesAndTimesBelowZeroCountAsZero() {
    assertEquals(0, histogram.percentileMillis(99));
    histogram.add(-5);
    assertEquals(0, histogram.percentileMillis(99));
    assertEquals(0, histogram.maxMillis());
  }

  @Test
  void theLongestTimeHasAPlace() {
    histogram.add(Long.MAX_VALUE);
    assertEquals(Long.MAX_VALUE / 1000.0, histogram.percentileMillis(50));
  }
}
