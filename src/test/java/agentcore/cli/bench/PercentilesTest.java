package agentcore.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class PercentilesTest {
  private final Percentiles percentiles = new Percentiles();

  @Test
  void percentilesAreExactToOneSixtyFourth() {
    for (int micros = 1; micros <= 1_000_000; micros++) {
      percentiles.add(micros);
    }
    for (double percent : new double[] {0.1, 1, 50, 90, 99, 99.9}) {
      double exact = percent * 10;
      assertEquals(exact, percentiles.percentileMillis(percent), exact / 64, percent + " %");
    }
    assertEquals(1000, percentiles.percentileMillis(100));
    assertEquals(1000, percentiles.maxMillis());
  }

  @Test
  void nothingAndNegativeDurationsCountAsZero() {
    assertEquals(0, percentiles.percentileMillis(99));
    percentiles.add(-5);
    assertEquals(0, percentiles.percentileMillis(99));
    assertEquals(0, percentiles.maxMillis());
  }

  @Test
  void countsTheLongestPossibleDuration() {
    percentiles.add(Long.MAX_VALUE);
    assertEquals(Long.MAX_VALUE / 1000.0, percentiles.percentileMillis(50));
  }
}
