package agentcore.torture;

import agentcore.testkit.FaultProxy.Direction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/** Makes the faults of a schedule happen: a thread for each track. */
final class Faults {
  private static final int SLOW_BYTES_PER_SECOND = 20_000;

  private final FaultSchedule schedule;
  private final Cluster cluster;
  private final List<TortureClient> clients;
  private final Queue<String> problems;
  private final Queue<String> told = new ConcurrentLinkedQueue<>();
  private final Queue<Long> lossesNanos = new ConcurrentLinkedQueue<>();
  private final Queue<Healed> healed = new ConcurrentLinkedQueue<>();
  private long startNanos;

  /** A link that works again. */
  record Healed(int server, long nanos) {}

  Faults(
      FaultSchedule schedule,
      Cluster cluster,
      List<TortureClient> clients,
      Queue<String> problems) {
    this.schedule = schedule;
    this.cluster = cluster;
    this.clients = clients;
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
        begin(fault);
        passUntil(fault.end());
        end(fault);
      }
    } catch (RuntimeException | Error defect) {
      problems.add("the faults stopped: " + defect);
    }
  }

  private void begin(Fault fault) {
    int target = fault.target();
    switch (fault.kind()) {
      case LINK_CUT -> cluster.link(target).cut();
      case LINK_STALL -> {
        cluster.link(target).stall(Direction.FORTH);
        cluster.link(target).stall(Direction.BACK);
      }
      case LINK_STALL_FORTH -> cluster.link(target).stall(Direction.FORTH);
      case LINK_STALL_BACK -> cluster.link(target).stall(Direction.BACK);
      case LINK_SLOW -> {
        cluster.link(target).slow(Direction.FORTH, SLOW_BYTES_PER_SECOND);
        cluster.link(target).slow(Direction.BACK, SLOW_BYTES_PER_SECOND);
      }
      case REDIS_KILL -> killRedis();
      case REDIS_PAUSE -> cluster.redis().pause();
      case REDIS_FLUSH -> {
        lossesNanos.add(System.nanoTime());
        String unused = cluster.redis().command("FLUSHALL");
      }
      case REDIS_ROLLBACK -> {
        String unused = cluster.redis().command("SAVE");
      }
      case SERVER_KILL -> cluster.server(target).kill();
      case SERVER_STOP -> stop(target);
      case SERVER_PAUSE -> cluster.server(target).pause();
      case CLIENT_TEAR -> clients.get(target).tear();
      case CLIENT_SLOW -> clients.get(target).readNothingFor(fault.length());
    }
  }

  private void end(Fault fault) {
    int target = fault.target();
    switch (fault.kind()) {
      case LINK_CUT, LINK_STALL, LINK_STALL_FORTH, LINK_STALL_BACK, LINK_SLOW -> {
        cluster.link(target).heal();
        if (fault.kind().isOutageOfLink()) {
          healed.add(new Healed(target, System.nanoTime()));
        }
      }
      case REDIS_KILL -> cluster.redis().restart();
      case REDIS_PAUSE -> cluster.redis().resume();
      case REDIS_ROLLBACK -> {
        killRedis();
        cluster.redis().restart();
      }
      case SERVER_KILL, SERVER_STOP -> startServer(target);
      case SERVER_PAUSE -> cluster.server(target).resume();
      case REDIS_FLUSH, CLIENT_TEAR, CLIENT_SLOW -> {}
    }
    told.add(String.format("  %8.3f s  %s", (System.nanoTime() - startNanos) / 1e9, fault));
  }

  /** What it did not write down is lost. */
  private void killRedis() {
    lossesNanos.add(System.nanoTime());
    cluster.redis().kill();
  }

  private void stop(int server) {
    int code = cluster.stopServer(server);
    if (code != 0) {
      problems.add("server " + server + " ended with " + code + " after SIGTERM");
    }
  }

  /** A server ends at its start where Redis is away just then. */
  private void startServer(int index) {
    boolean isUp = false;
    while (!isUp) {
      try {
        cluster.startServer(index);
        isUp = true;
      } catch (AssertionError ended) {
        if (!ended.getMessage().contains("is not reachable")) {
          throw ended;
        }
      }
    }
  }

  private void passUntil(Duration at) {
    long endNanos = startNanos + at.toNanos();
    while (endNanos - System.nanoTime() > 0) {
      LockSupport.parkNanos(endNanos - System.nanoTime());
    }
  }

  /** Returns when the store may have lost something. */
  List<Long> lossesNanos() {
    return List.copyOf(lossesNanos);
  }

  /** Returns when links were healed. */
  List<Healed> healed() {
    return List.copyOf(healed);
  }

  /** Returns what happened, with the times at which each fault was over. */
  String told() {
    return String.join("\n", told);
  }
}
