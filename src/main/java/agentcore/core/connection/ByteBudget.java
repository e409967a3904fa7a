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

  /** Takes bytes, even beyond the limit. */
  void take(long bytes) {
    taken.addAndGet(bytes);
  }

  /** Returns bytes to the budget. */
  public void give(long bytes) {
    taken.addAndGet(-bytes);
  }

  /** Returns the bytes taken now. */
  public long taken() {
    return taken.get();
  }
}
