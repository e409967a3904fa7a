package agentcore.torture;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/** Runs a fault schedule, with one thread per track. */
final class FaultRunner {
  /** Injects and ends faults. Thread-safe. */
  interface Injector {
    void begin(Fault fault);

    void end(Fault fault);
  }

  private final FaultSchedule schedule;
  private final Injector injector;
  private final Queue<String> problems;
  private final Queue<String> log = new ConcurrentLinkedQueue<>();
  private long startNanos;

  FaultRunner(FaultSchedule schedule, Injector injector, Queue<String> problems) {
    this.schedule = schedule;
    this.injector = injector;
    this.problems = problems;
  }

  /** Runs the schedule to its end; afterwards no fault is active. */
  void run() {
    startNanos = System.nanoTime();
    List<Thread> threads = new ArrayList<>();
    for (List<Fault> track : schedule.tracks()) {
      threads.add(Thread.ofVirtual().name("faults").start(() -> run(track)));
    }
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private void run(List<Fault> track) {
    try {
      for (Fault fault : track) {
        parkUntil(fault.at());
        injector.begin(fault);
        parkUntil(fault.end());
        injector.end(fault);
        log(fault);
      }
    } catch (RuntimeException | Error defect) {
      problems.add("fault injection failed: " + defect);
    }
  }

  /** Logs a finished fault, except client faults, which are too frequent to be useful. */
  private void log(Fault fault) {
    if (!fault.kind().isOfClient()) {
      log.add(String.format("  %8.3f s: %s", (System.nanoTime() - startNanos) / 1e9, fault));
    }
  }

  private void parkUntil(Duration at) {
    long endNanos = startNanos + at.toNanos();
    while (endNanos - System.nanoTime() > 0) {
      LockSupport.parkNanos(endNanos - System.nanoTime());
    }
  }

  /** Returns the faults that ran and the time at which each ended. */
  String log() {
    return "\nfaults, each with the time at which it ended:\n" + String.join("\n", log);
  }
}
