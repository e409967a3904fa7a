package agentcore.torture;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/** Makes the faults of a schedule happen: a thread for each track. */
final class Faults {
  /** Who knows how; for several threads. */
  interface Saboteur {
    void begin(Fault fault);

    void end(Fault fault);
  }

  private final FaultSchedule schedule;
  private final Saboteur saboteur;
  private final Queue<String> problems;
  private final Queue<String> told = new ConcurrentLinkedQueue<>();
  private long startNanos;

  Faults(FaultSchedule schedule, Saboteur saboteur, Queue<String> problems) {
    this.schedule = schedule;
    this.saboteur = saboteur;
    this.problems = problems;
  }

  /** Runs the schedule to its end; all is put right again then. */
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
        passUntil(fault.at());
        saboteur.begin(fault);
        passUntil(fault.end());
        saboteur.end(fault);
        tell(fault);
      }
    } catch (RuntimeException | Error defect) {
      problems.add("the faults stopped: " + defect);
    }
  }

  /** Those of clients are too many to be read. */
  private void tell(Fault fault) {
    if (!fault.kind().isOfClient()) {
      told.add(String.format("  %8.3f s: %s", (System.nanoTime() - startNanos) / 1e9, fault));
    }
  }

  private void passUntil(Duration at) {
    long endNanos = startNanos + at.toNanos();
    while (endNanos - System.nanoTime() > 0) {
      LockSupport.parkNanos(endNanos - System.nanoTime());
    }
  }

  /** Returns what happened, with the times at which each fault was over. */
  String told() {
    return "\nfaults, each with the time at which it was over:\n" + String.join("\n", told);
  }
}
