package agentcore.core.connection;

import java.util.concurrent.atomic.AtomicBoolean;

/** At most one thread that was started and has not begun its work. Safe for all threads. */
final class PendingThread {
  private final AtomicBoolean pending = new AtomicBoolean();

  /** Starts a virtual thread, unless one is pending. Never blocks. */
  void start(String name, Runnable work) {
    if (claim()) {
      boolean started = false;
      try {
        Thread.ofVirtual().name(name).start(work);
        started = true;
      } finally {
        if (!started) { // out of memory, perhaps: the next one tries again
          pending.set(false);
        }
      }
    }
  }

  /** Says that the work begins: what comes from now on needs another thread. */
  void began() {
    pending.set(false);
  }

  /** Takes the place of the pending thread; false where there is one. */
  boolean claim() {
    return !pending.get() && pending.compareAndSet(false, true);
  }
}
