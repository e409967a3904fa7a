package agentcore.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** A clock that a test advances by hand, as wall clock and as {@code nanoTime}. */
public final class ManualClock extends Clock implements LongSupplier {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  /** Not zero, because {@code nanoTime} may start anywhere. */
  private static final long START_NANOS = -Duration.ofSeconds(2).toNanos();

  private final AtomicLong nanos = new AtomicLong();

  /** Advances the clock. */
  public void advance(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  @Override
  public long getAsLong() {
    return START_NANOS + nanos.get();
  }

  @Override
  public Instant instant() {
    return START.plusNanos(nanos.get());
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }
}
