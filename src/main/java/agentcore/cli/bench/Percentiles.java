package agentcore.cli.bench;

/** Percentiles of durations, exact to 1/64 of each, from counts in buckets. */
final class Percentiles {
  private static final int STEPS = 64;
  private static final int STEP_BITS = 6;

  private final long[] counts = new long[STEPS * 64];
  private long count;
  private long max;

  /** Counts a duration in microseconds; a negative one counts as 0. */
  void add(long micros) {
    long value = Math.max(0, micros);
    counts[indexOf(value)]++;
    count++;
    max = Math.max(max, value);
  }

  private static int indexOf(long value) {
    if (value < STEPS) {
      return (int) value;
    }
    int exponent = 63 - Long.numberOfLeadingZeros(value);
    int step = (int) (value >>> (exponent - STEP_BITS)) & (STEPS - 1);
    return (exponent - STEP_BITS + 1) * STEPS + step;
  }

  /** Returns the longest duration that is counted at {@code index}. */
  private static long highest(int index) {
    if (index < STEPS) {
      return index;
    }
    int shift = index / STEPS - 1;
    return ((long) (STEPS + index % STEPS + 1) << shift) - 1;
  }

  /** Returns the duration that {@code percent} of all do not exceed; 0 if nothing was counted. */
  double percentileMillis(double percent) {
    long wanted = (long) Math.ceil(count * percent / 100);
    long seen = 0;
    for (int i = 0; i < counts.length && seen < wanted; i++) {
      seen += counts[i];
      if (seen >= wanted) {
        return Math.min(highest(i), max) / 1000.0;
      }
    }
    return 0;
  }

  double maxMillis() {
    return max / 1000.0;
  }
}
