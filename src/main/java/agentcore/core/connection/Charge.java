package agentcore.core.connection;

import java.util.concurrent.locks.ReentrantLock;

/** What one holder of memory has taken from a {@link SendBudget}. Safe for all threads. */
public final class Charge implements AutoCloseable {
  private final SendBudget budget;
  private final ReentrantLock lock = new ReentrantLock();
  private long bytes;
  private boolean leaving;

  /** Makes a charge of nothing. */
  public Charge(SendBudget budget) {
    this(budget, 0);
  }

  /** Makes a charge of bytes that the budget has given already. */
  Charge(SendBudget budget, long taken) {
    this.budget = budget;
    this.bytes = taken;
  }

  /** Takes or gives back bytes, so that {@code now} are taken. Never blocks. */
  public void set(long now) {
    lock.lock();
    try {
      budget.change(now - bytes, leaving);
      bytes = now;
    } finally {
      lock.unlock();
    }
  }

  /** Notes that the holder is being ended, so that nobody else is ended for these bytes. */
  public void leave() {
    lock.lock();
    try {
      if (!leaving) {
        leaving = true;
        budget.leave(bytes);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Gives everything back; idempotent. */
  @Override
  public void close() {
    set(0);
  }
}
