package agentcore.core.group;

import agentcore.core.backend.BackendException;
import agentcore.core.connection.Safely;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Runs the jobs of many groups on a few virtual threads: after an outage, thousands of groups have
 * to call the store, which must serve other requests at the same time.
 *
 * <p>A job is in the queue at most once, so the number of jobs bounds the queue. It runs on one
 * worker at a time, so a job that blocks keeps only one worker. A worker that cannot reach the
 * store pauses for a random time, so that servers do not call it at the same time.
 */
final class Workers implements AutoCloseable {
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  private final String name;
  private final int maxThreads;
  private final ConcurrentLinkedQueue<Job> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger threads = new AtomicInteger();
  private volatile boolean closed;

  /** What happens to a job after a turn. */
  enum Outcome {
    DONE,
    /** Continue when the other jobs in the queue have had a turn. */
    MORE,
    /** Try again later: the store is unreachable. */
    LATER
  }

  Workers(String name, int maxThreads) {
    this.name = name;
    this.maxThreads = maxThreads;
  }

  Job job(String what, Supplier<Outcome> turn) {
    return new Job(what, turn);
  }

  /** Starts a worker if jobs wait, in case it could not be started before. */
  void wake() {
    if (!waiting.isEmpty()) {
      startWorker();
    }
  }

  private void startWorker() {
    if (threads.getAndUpdate(n -> Math.min(n + 1, maxThreads)) == maxThreads) {
      return; // a worker checks the queue again before it ends
    }
    try {
      Thread.ofVirtual().name(name).start(this::work);
    } catch (Throwable noThread) {
      threads.decrementAndGet();
      throw noThread;
    }
  }

  private void work() {
    try {
      for (Job next = waiting.poll(); next != null && !closed; next = waiting.poll()) {
        next.run();
      }
    } finally {
      threads.decrementAndGet();
      if (!closed) {
        wake();
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    waiting.clear();
  }

  /** Work that can be requested repeatedly. Safe for all threads. */
  final class Job {
    private final String what;
    private final Supplier<Outcome> turn;

    /** Requests that no finished turn has answered; while there is one, the job waits or runs. */
    private final AtomicInteger open = new AtomicInteger();

    private Job(String what, Supplier<Outcome> turn) {
      this.what = what;
      this.turn = turn;
    }

    /** Requests a run of the job that starts after this call. Never blocks. */
    void request() {
      if (open.getAndIncrement() == 0) {
        enqueue();
        startWorker();
      }
    }

    private void enqueue() {
      try {
        waiting.add(this);
      } catch (Throwable noMemory) { // the next request tries again
        open.set(0);
        throw noMemory;
      }
    }

    private void run() {
      open.set(1); // the turn answers all requests until now
      Outcome outcome = runTurn();
      boolean unused = Thread.interrupted(); // a listener may have left it set
      if (outcome == Outcome.LATER && !closed) {
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(PAUSE_NANOS / 2, PAUSE_NANOS));
      }
      if (outcome != Outcome.DONE || open.decrementAndGet() > 0) {
        enqueue();
      }
    }

    /** A defect ends this run; the next request tries again. */
    private Outcome runTurn() {
      try {
        return turn.get();
      } catch (Throwable failure) {
        Safely.report(what, failure);
        return failure instanceof BackendException ? Outcome.LATER : Outcome.DONE;
      }
    }
  }
}
