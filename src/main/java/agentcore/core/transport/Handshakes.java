package agentcore.core.transport;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Peers whose request is not complete, bounded in number.
 *
 * <p>When it is full: the newcomer waits, unread, in the backlog of the operating system until a
 * place is free; and a peer that has held its place for longer than {@link #PATIENCE_NANOS} loses
 * it to the newcomer. So those who trickle are thrown out, and a rush of honest ones is only
 * slowed.
 */
final class Handshakes {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition left = lock.newCondition();
  private final Map<Peer, Long> sinceNanos = new LinkedHashMap<>();
  private final int limit;

  Handshakes(int limit) {
    this.limit = limit;
  }

  /**
   * Waits for a place and takes it.
   *
   * @return the peer that lost its place
   */
  Optional<Peer> enter(Peer peer) throws InterruptedException {
    lock.lock();
    try {
      Optional<Peer> thrownOut = Optional.empty();
      while (sinceNanos.size() >= limit) {
        Iterator<Map.Entry<Peer, Long>> oldest = sinceNanos.entrySet().iterator();
        Map.Entry<Peer, Long> first = oldest.next();
        long patience = PATIENCE_NANOS - (System.nanoTime() - first.getValue());
        if (patience <= 0) {
          thrownOut = Optional.of(first.getKey());
          oldest.remove();
        } else {
          var unused = left.awaitNanos(patience);
        }
      }
      sinceNanos.put(peer, System.nanoTime());
      return thrownOut;
    } finally {
      lock.unlock();
    }
  }

  /** Gives a place back; a peer without one is no error. */
  void leave(Peer peer) {
    lock.lock();
    try {
      sinceNanos.remove(peer);
      left.signal();
    } finally {
      lock.unlock();
    }
  }

  /** Returns the peers whose request is not complete. */
  List<Peer> all() {
    lock.lock();
    try {
      return List.copyOf(sinceNanos.keySet());
    } finally {
      lock.unlock();
    }
  }
}
