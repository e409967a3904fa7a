package agentcore.core.connection;

import java.util.concurrent.atomic.AtomicLong;

/** A bounded number of bytes that many connections share. Safe for all threads. */
public final class ByteBudget {
  private final long limit;
  private final AtomicLong taken = new AtomicLong();

  /** Creates a budget of {@code limit} bytes. */
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

  /** Returns bytes to the budget. A negative number takes bytes, even beyond the limit. */
  public void give(long bytes) {
    taken.addAndGet(-bytes);
  }

  /** Returns the bytes taken now. */
  public long taken() {
    return taken.get();
  }
}
