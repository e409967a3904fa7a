package agentcore.core.transport;

import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The peers of a port, each from accept to the end of its thread.
 *
 * <pre>
 *   add --> pending --upgraded--> WebSocket --+
 *              |                              +--> remove
 *              +------(answered as HTTP)------+
 * </pre>
 *
 * <p>A peer is pending until it is a WebSocket: an HTTP client stays so from one request to the
 * next. The number of pending peers is bounded. When it is reached, a new peer waits in the
 * operating system's backlog, and replaces a peer that has been pending for longer than {@link
 * #PATIENCE_NANOS}. So clients that send too slowly are cut, and a rush of honest clients is only
 * slowed down. HTTP clients that are never idle keep nobody out either: while a new peer waits,
 * {@link #isAwaited} lets each response be the last of its connection.
 */
final class Peers {
  static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Set<Peer> all = new LinkedHashSet<>();
  private final Map<Peer, Long> pendingSinceNanos = new LinkedHashMap<>();
  private final Set<Peer> webSockets = new HashSet<>();
  private final int maxPending;
  private final long patienceNanos;
  private volatile boolean isAwaited;

  Peers(int maxPending, long patienceNanos) {
    this.maxPending = maxPending;
    this.patienceNanos = patienceNanos;
  }

  /**
   * Adds a pending peer; waits while there are too many.
   *
   * @return the peer that was replaced, which the caller must cut
   */
  Optional<Peer> add(Peer peer) throws InterruptedException {
    lock.lock();
    try {
      Optional<Peer> replaced = Optional.empty();
      while (pendingSinceNanos.size() >= maxPending) {
        Iterator<Map.Entry<Peer, Long>> oldest = pendingSinceNanos.entrySet().iterator();
        Map.Entry<Peer, Long> first = oldest.next();
        long patience = patienceNanos - (System.nanoTime() - first.getValue());
        if (patience <= 0) {
          replaced = Optional.of(first.getKey());
          oldest.remove();
        } else {
          isAwaited = true;
          var unused = changed.awaitNanos(patience);
        }
      }
      isAwaited = false;
      all.add(peer);
      pendingSinceNanos.put(peer, System.nanoTime());
      return replaced;
    } finally {
      lock.unlock();
    }
  }

  /** Notes that a pending peer begins another request; it is now the youngest. */
  void renew(Peer peer) {
    lock.lock();
    try {
      if (pendingSinceNanos.remove(peer) != null) {
        pendingSinceNanos.put(peer, System.nanoTime());
      }
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether a new peer waits for a place. */
  boolean isAwaited() {
    return isAwaited;
  }

  /** Notes that a peer becomes a WebSocket. */
  void upgraded(Peer peer) {
    lock.lock();
    try {
      pendingSinceNanos.remove(peer);
      webSockets.add(peer);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Removes a peer; idempotent. */
  void remove(Peer peer) {
    lock.lock();
    try {
      pendingSinceNanos.remove(peer);
      webSockets.remove(peer);
      all.remove(peer);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  List<Peer> all() {
    lock.lock();
    try {
      return List.copyOf(all);
    } finally {
      lock.unlock();
    }
  }

  /** Waits until no peer is left; returns false if the deadline comes first. */
  boolean awaitNone(long deadlineNanos) {
    return awaitEmpty(all, deadlineNanos);
  }

  /** Waits until no WebSocket is left; returns false if the deadline comes first. */
  boolean awaitNoWebSockets(long deadlineNanos) {
    return awaitEmpty(webSockets, deadlineNanos);
  }

  private boolean awaitEmpty(Collection<Peer> peers, long deadlineNanos) {
    lock.lock();
    try {
      while (!peers.isEmpty() && deadlineNanos - System.nanoTime() > 0) {
        var unused = changed.awaitNanos(deadlineNanos - System.nanoTime());
      }
      return peers.isEmpty();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      return peers.isEmpty();
    } finally {
      lock.unlock();
    }
  }
}
