package agentcore.core.metrics;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Counts durations in fixed buckets, from 0.1 ms to 2 s, after which a caller of the store gives
 * up. Safe for all threads.
 */
public final class Histogram {
  private static final double NANOS_PER_SECOND = 1e9;

  /** The buckets' upper bounds; one more bucket holds what took longer. */
  private static final long[] BOUNDS_NANOS =
      LongStream.of(
              100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000,
              1_000_000, 2_000_000)
          .map(micros -> micros * 1_000)
          .toArray();

  private final LongAdder[] buckets =
      Stream.generate(LongAdder::new).limit(BOUNDS_NANOS.length + 1).toArray(LongAdder[]::new);
  private final LongAdder sumNanos = new LongAdder();

  Histogram() {}

  /** Counts a duration. */
  public void record(long nanos) {
    int bucket = 0;
    while (bucket < BOUNDS_NANOS.length && nanos > BOUNDS_NANOS[bucket]) {
      bucket++;
    }
    buckets[bucket].increment();
    sumNanos.add(nanos);
  }

  /** Returns how many durations each bucket holds. */
  public long[] counts() {
    return Stream.of(buckets).mapToLong(LongAdder::sum).toArray();
  }

  /**
   * Estimates a quantile of what was counted between two calls of {@link #counts}. Like Prometheus,
   * it assumes that the durations in a bucket are spread evenly, and answers with the highest bound
   * for those that took longer.
   *
   * @param quantile from 0 to 1
   * @return -1 if nothing was counted
   */
  public static long quantileNanos(long[] before, long[] after, double quantile) {
    long[] counted = new long[after.length];
    Arrays.setAll(counted, bucket -> after[bucket] - before[bucket]);
    long total = LongStream.of(counted).sum();
    if (total == 0) {
      return -1;
    }
    double rank = quantile * total;
    long below = 0;
    for (int bucket = 0; bucket < BOUNDS_NANOS.length; bucket++) {
      if (counted[bucket] > 0 && below + counted[bucket] >= rank) {
        long from = bucket == 0 ? 0 : BOUNDS_NANOS[bucket - 1];
        double share = (rank - below) / counted[bucket];
        return from + (long) (share * (BOUNDS_NANOS[bucket] - from));
      }
      below += counted[bucket];
    }
    return BOUNDS_NANOS[BOUNDS_NANOS.length - 1];
  }

  /** The format is cumulative: each bucket includes those below it. */
  void writeTo(Exposition out, String name) {
    long count = 0;
    for (int bucket = 0; bucket < buckets.length; bucket++) {
      count += buckets[bucket].sum();
      String bound =
          bucket < BOUNDS_NANOS.length
              ? Exposition.number(BOUNDS_NANOS[bucket] / NANOS_PER_SECOND)
              : "+Inf";
      out.sample(name + "_bucket", Map.of("le", bound), (double) count);
    }
    out.sample(name + "_sum", Map.of(), sumNanos.sum() / NANOS_PER_SECOND);
    out.sample(name + "_count", Map.of(), (double) count);
  }
}
