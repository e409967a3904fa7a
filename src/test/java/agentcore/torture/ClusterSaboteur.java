package agentcore.torture;

import agentcore.testkit.FaultProxy.Direction;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;

/** Makes a cluster and its clients fail, and notes what a checker has to know of it. */
final class ClusterSaboteur implements Faults.Saboteur {
  private static final int SLOW_BYTES_PER_SECOND = 20_000;

  /** What a server says that finds no Redis when it starts. */
  private static final Pattern AT_START = Pattern.compile("is not reachable|agentcore: Redis ");

  private final Cluster cluster;
  private final ClientSaboteur clients;
  private final Queue<String> problems;
  private final Queue<Long> lossesNanos = new ConcurrentLinkedQueue<>();
  private final HealTimes healTimes = new HealTimes();

  ClusterSaboteur(Cluster cluster, Crowd crowd) {
    this.cluster = cluster;
    this.clients = new ClientSaboteur(crowd);
    this.problems = crowd.problems();
  }

  @Override
  public void begin(Fault fault) {
    int target = fault.target();
    healTimes.began(fault);
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
      case CLIENT_TEAR, CLIENT_SLOW -> clients.begin(fault);
    }
  }

  @Override
  public void end(Fault fault) {
    int target = fault.target();
    switch (fault.kind()) {
      case LINK_CUT, LINK_STALL, LINK_STALL_FORTH, LINK_STALL_BACK, LINK_SLOW ->
          cluster.link(target).heal();
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
    healTimes.ended(fault);
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
        if (!AT_START.matcher(ended.getMessage()).find()) {
          throw ended;
        }
      }
    }
  }

  /** Returns when the store may have lost something. */
  List<Long> lossesNanos() {
    return List.copyOf(lossesNanos);
  }

  /** Returns how long links took to heal. */
  HealTimes healTimes() {
    return healTimes;
  }
}
