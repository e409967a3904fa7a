package agentcore.core.metrics;

import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * How long something took: counted in fixed steps, from a tenth of a millisecond to two seconds,
 * after which a caller of the store has given up. Safe for all threads.
 */
public final class Histogram {
  private static final double NANOS_PER_SECOND = 1e9;

  /** The upper ends of the steps; what took longer than the last is in one more. */
  private static final long[] BOUNDS_NANOS =
      LongStream.of(
              100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000,
              1_000_000, 2_000_000)
          .map(micros -> micros * 1_000)
          .toArray();

  private final LongAdder[] steps =
      Stream.generate(LongAdder::new).limit(BOUNDS_NANOS.length + 1).toArray(LongAdder[]::new);
  private final LongAdder sumNanos = new LongAdder();

  Histogram() {}

  /** Counts a duration. */
  public void record(long nanos) {
    int step = 0;
    while (step < BOUNDS_NANOS.length && nanos > BOUNDS_NANOS[step]) {
      step++;
    }
    steps[step].increment();
    sumNanos.add(nanos);
  }

  /** Steps are told with all below them, so that the last is the number of durations. */
  void writeTo(Exposition out, String name) {
    long count = 0;
    for (int step = 0; step < steps.length; step++) {
      count += steps[step].sum();
      String bound =
          step < BOUNDS_NANOS.length
              ? Exposition.number(BOUNDS_NANOS[step] / NANOS_PER_SECOND)
              : "+Inf";
      out.sample(name + "_bucket", Map.of("le", bound), (double) count);
    }
    out.sample(name + "_sum", Map.of(), sumNanos.sum() / NANOS_PER_SECOND);
    out.sample(name + "_count", Map.of(), (double) count);
  }
}
