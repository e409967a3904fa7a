package agentcore.core.transport;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Limits how fast one peer may send control frames and fragments. The rate limit counts messages
 * only, and each of these frames costs as much to handle.
 *
 * <p>Each frame costs a little time. A peer may be ahead by {@link #BURST_NANOS}; beyond that the
 * reader waits, so TCP slows down this peer and no other. A peer that continues without a pause
 * must be closed: while its frames wait, a dead peer would go unnoticed. For the reader thread
 * only.
 */
final class FramePace {
  /** 100 control frames a second. A client answers a ping every 30 s, and needs few others. */
  static final long CONTROL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /** 10,000 fragments a second. */
  static final long FRAGMENT_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

  static final long BURST_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** The reader's shortest wait, so that each wake-up handles several frames. */
  static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** The most waits without a pause by the peer, about five seconds. */
  static final int MAX_WAITS = 50;

  private static final int CONTROL = 0x08;

  private final LongSupplier nanoTime;
  private final LongConsumer park;
  private long usedUntilNanos;
  private int waits;

  FramePace() {
    this(System::nanoTime, LockSupport::parkNanos);
  }

  FramePace(LongSupplier nanoTime, LongConsumer park) {
    this.nanoTime = nanoTime;
    this.park = park;
    this.usedUntilNanos = nanoTime.getAsLong();
  }

  /**
   * Waits until a frame may be handled.
   *
   * @param first the first byte of the frame
   * @return false if it must not be handled, because the peer did not slow down
   */
  boolean await(byte first) {
    long now = nanoTime.getAsLong();
    if (usedUntilNanos - now < 0) {
      usedUntilNanos = now;
      waits = 0;
    }
    usedUntilNanos += (first & CONTROL) == 0 ? FRAGMENT_NANOS : CONTROL_NANOS;
    long aheadNanos = usedUntilNanos - now;
    if (aheadNanos <= BURST_NANOS) {
      return true;
    }
    if (++waits > MAX_WAITS) {
      return false;
    }
    park.accept(aheadNanos - BURST_NANOS + STEP_NANOS);
    return true;
  }
}
