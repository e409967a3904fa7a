package agentcore.core.backend.redis.link;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The calls that wait for one connection, in the order in which they will run. Bounded: a full
 * queue accepts no more.
 *
 * <p>Invariant: the queue accepts calls of the hash slots that it has, and of no others. A slot is
 * released with all its waiting calls, and only while none of its calls is being exchanged. So the
 * calls of a slot keep their order when another queue adopts them before it accepts new ones.
 */
final class CallQueue {
  private final int capacity;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition filled = lock.newCondition();
  private final Deque<Call> calls = new ArrayDeque<>();
  private final BitSet slots = new BitSet();

  /** Slots whose calls wait until {@link #heldUntilNanos}, because the slots are moving. */
  private final BitSet held = new BitSet();

  private long heldUntilNanos;
  private boolean isAwaited;
  private volatile int size;

  /** Since when the calls that were taken last are being exchanged; empty between exchanges. */
  private Optional<Long> takenNanos = Optional.empty();

  /** The outcome of {@link #offer}. */
  enum Offer {
    ACCEPTED,
    FULL,
    /** Another queue has the slot. */
    ELSEWHERE
  }

  CallQueue(int capacity) {
    this.capacity = capacity;
  }

  Offer offer(Call call) {
    lock.lock();
    try {
      if (call.slot() != Call.ANY_SLOT && !slots.get(call.slot())) {
        return Offer.ELSEWHERE;
      }
      if (calls.size() >= capacity) {
        return Offer.FULL;
      }
      calls.addLast(call);
      changed();
      return Offer.ACCEPTED;
    } finally {
      lock.unlock();
    }
  }

  /** Follows each change of the calls. */
  private void changed() {
    size = calls.size();
    if (isAwaited && size > 0) {
      filled.signal();
    }
  }

  /** Returns about how many calls wait. Takes no lock. */
  int size() {
    return size;
  }

  /**
   * Takes the next calls, except those whose callers have given up, after waiting for some.
   *
   * @return an empty list if none came in time
   */
  List<Call> take(int max, long waitNanos) throws InterruptedException {
    lock.lock();
    try {
      long startNanos = System.nanoTime();
      while (true) {
        long now = System.nanoTime();
        if (heldUntilNanos - now <= 0) {
          held.clear();
        }
        List<Call> taken = held.isEmpty() ? takeFirst(max) : takeNotHeld(max);
        size = calls.size();
        long leftNanos = waitNanos - (now - startNanos);
        if (!taken.isEmpty() || leftNanos <= 0) {
          takenNanos = taken.isEmpty() ? Optional.empty() : Optional.of(now);
          return taken;
        }
        isAwaited = true;
        long unused =
            filled.awaitNanos(
                held.isEmpty() ? leftNanos : Math.min(leftNanos, heldUntilNanos - now));
        isAwaited = false;
      }
    } finally {
      lock.unlock();
    }
  }

  private List<Call> takeFirst(int max) {
    List<Call> taken = new ArrayList<>(Math.min(max, calls.size()));
    while (taken.size() < max && !calls.isEmpty()) {
      Call call = calls.removeFirst();
      if (!call.reply().isDone()) {
        taken.add(call);
      }
    }
    return taken;
  }

  private List<Call> takeNotHeld(int max) {
    List<Call> taken = new ArrayList<>();
    List<Call> kept = new ArrayList<>();
    while (taken.size() < max && !calls.isEmpty()) {
      Call call = calls.removeFirst();
      if (!call.reply().isDone()) {
        boolean isHeld = call.slot() != Call.ANY_SLOT && held.get(call.slot());
        (isHeld ? kept : taken).add(call);
      }
    }
    kept.reversed().forEach(calls::addFirst);
    return taken;
  }

  /** Puts calls back in front, in their order, since they must run again. */
  void putBack(List<Call> again) {
    lock.lock();
    try {
      again.reversed().forEach(calls::addFirst);
      changed();
    } finally {
      lock.unlock();
    }
  }

  /** Keeps the calls of slots waiting for some time. */
  void hold(Collection<Integer> moving, long nanos) {
    lock.lock();
    try {
      moving.forEach(held::set);
      heldUntilNanos = System.nanoTime() + nanos;
    } finally {
      lock.unlock();
    }
  }

  /** Ends an exchange: what was taken has its replies or was put back. */
  void finished() {
    lock.lock();
    try {
      takenNanos = Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /** Returns for how long the current exchange has lasted; 0 between exchanges. */
  long exchangeNanos() {
    lock.lock();
    try {
      return takenNanos.map(since -> System.nanoTime() - since).orElse(0L);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Gives slots away with their waiting calls.
   *
   * @param isOwner whether the caller is the thread that exchanges, and has put back what must run
   *     again
   * @return empty if calls are being exchanged, and so the queue keeps the slots
   */
  Optional<List<Call>> release(BitSet moved, boolean isOwner) {
    lock.lock();
    try {
      if (takenNanos.isPresent() && !isOwner) {
        return Optional.empty();
      }
      slots.andNot(moved);
      held.andNot(moved);
      List<Call> released = new ArrayList<>();
      calls.removeIf(
          call -> {
            boolean isReleased = call.slot() != Call.ANY_SLOT && moved.get(call.slot());
            if (isReleased) {
              released.add(call);
            }
            return isReleased;
          });
      changed();
      return Optional.of(released);
    } finally {
      lock.unlock();
    }
  }

  /** Takes slots over, with the calls that wait for them. The bound does not apply to these. */
  void adopt(BitSet moved, List<Call> waiting) {
    lock.lock();
    try {
      slots.or(moved);
      calls.addAll(waiting);
      changed();
    } finally {
      lock.unlock();
    }
  }

  /** Removes and returns all calls. */
  List<Call> drain() {
    lock.lock();
    try {
      List<Call> all = List.copyOf(calls);
      calls.clear();
      changed();
      return all;
    } finally {
      lock.unlock();
    }
  }

  /** Removes the calls whose callers have given up. */
  void removeAbandoned() {
    lock.lock();
    try {
      boolean unused = calls.removeIf(call -> call.reply().isDone());
      changed();
    } finally {
      lock.unlock();
    }
  }
}
