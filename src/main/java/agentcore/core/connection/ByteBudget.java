package agentcore.core.connection;

import java.util.concurrent.atomic.AtomicLong;

/** So many bytes that many share: a counter with a bound. Safe for all threads. */
public final class ByteBudget {
  private final long limit;
  private final AtomicLong taken = new AtomicLong();

  /** Makes a budget of {@code limit} bytes. */
  public ByteBudget(long limit) {
    this.limit = limit;
  }

  /** Takes bytes if that many are left. */
  public boolean tryTake(long bytes) {
    if (taken.addAndGet(bytes) <= limit) {
      return true;
    }
    taken.addAndGet(-bytes);
    return false;
  }

  /** Gives bytes back. */
  public void give(long bytes) {
    taken.addAndGet(-bytes);
  }

  /** Returns the bytes taken now. */
  public long taken() {
    return taken.get();
  }
}
