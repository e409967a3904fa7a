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
 * The calls that wait for one connection, in the order in which they will run. Bounded: {@link
 * #offer} refuses calls when the queue is full. Adopted calls and calls that are put back may
 * exceed the bound.
 *
 * <p>Invariant: the queue accepts only calls whose hash slot it has, and calls that any connection
 * can run. A slot is released with all its waiting calls, and only while none of its calls is being
 * exchanged. So the calls of a slot keep their order when another queue adopts them before it
 * accepts new ones.
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

  /** When the current exchange began; empty between exchanges. */
  private Optional<Long> exchangeBeganNanos = Optional.empty();

  /** The outcome of {@link #offer}. */
  enum Offer {
    ACCEPTED,
    FULL,
    /** This queue does not have the call's slot. */
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
      callsChanged();
      return Offer.ACCEPTED;
    } finally {
      lock.unlock();
    }
  }

  /** Updates the size, and wakes the thread in {@link #take} if calls are waiting. */
  private void callsChanged() {
    size = calls.size();
    if (isAwaited && size > 0) {
      filled.signal();
    }
  }

  /** Returns the approximate number of waiting calls. Takes no lock. */
  int size() {
    return size;
  }

  /**
   * Waits up to {@code waitNanos} for calls and takes at most {@code max}. Skips held slots, and
   * drops calls whose callers have given up.
   *
   * @return the calls in their order; empty if there were none in time
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
        List<Call> taken = takeNotHeld(max);
        size = calls.size();
        long leftNanos = waitNanos - (now - startNanos);
        if (!taken.isEmpty() || leftNanos <= 0) {
          exchangeBeganNanos = taken.isEmpty() ? Optional.empty() : Optional.of(now);
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

  private List<Call> takeNotHeld(int max) {
    List<Call> taken = new ArrayList<>(Math.min(max, calls.size()));
    List<Call> kept = new ArrayList<>(0);
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

  /** Puts calls that must run again back in front, in their order. */
  void putBack(List<Call> again) {
    lock.lock();
    try {
      again.reversed().forEach(calls::addFirst);
      callsChanged();
    } finally {
      lock.unlock();
    }
  }

  /** Delays the calls of these slots, and of slots already held, until {@code nanos} from now. */
  void hold(Collection<Integer> moving, long nanos) {
    lock.lock();
    try {
      moving.forEach(held::set);
      heldUntilNanos = System.nanoTime() + nanos;
    } finally {
      lock.unlock();
    }
  }

  /** Ends an exchange: the calls that were taken have their replies or were put back. */
  void exchangeFinished() {
    lock.lock();
    try {
      exchangeBeganNanos = Optional.empty();
    } finally {
      lock.unlock();
    }
  }

  /** Returns for how long the current exchange has lasted; 0 between exchanges. */
  long exchangeNanos() {
    lock.lock();
    try {
      return exchangeBeganNanos.map(since -> System.nanoTime() - since).orElse(0L);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Gives slots away with their waiting calls.
   *
   * @param isExchangeThread whether the caller is the exchanging thread, which has already put back
   *     the calls that must run again
   * @return empty if the queue keeps the slots because calls are being exchanged
   */
  Optional<List<Call>> release(BitSet moved, boolean isExchangeThread) {
    lock.lock();
    try {
      if (exchangeBeganNanos.isPresent() && !isExchangeThread) {
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
      callsChanged();
      return Optional.of(released);
    } finally {
      lock.unlock();
    }
  }

  /** Takes slots over with their waiting calls, to which the bound does not apply. */
  void adopt(BitSet moved, List<Call> waiting) {
    lock.lock();
    try {
      slots.or(moved);
      calls.addAll(waiting);
      callsChanged();
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
      callsChanged();
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
      callsChanged();
    } finally {
      lock.unlock();
    }
  }
}
