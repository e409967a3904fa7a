package agentcore.torture;

import agentcore.testkit.network.FaultProxy.Direction;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;

/**
 * Injects faults into a cluster and its clients, and records what the checker needs to know about
 * them.
 */
final class ClusterFaultInjector implements FaultRunner.Injector {
  private static final int SLOW_BYTES_PER_SECOND = 20_000;

  /** The output of a server that cannot reach Redis at startup. */
  private static final Pattern AT_START = Pattern.compile("is not reachable|agentcore: Redis ");

  private final Cluster cluster;
  private final ClientFaultInjector clients;
  private final Queue<String> problems;
  private final Queue<Long> lossesNanos = new ConcurrentLinkedQueue<>();
  private final RecoveryTimes recoveryTimes = new RecoveryTimes();

  ClusterFaultInjector(Cluster cluster, Crowd crowd) {
    this.cluster = cluster;
    this.clients = new ClientFaultInjector(crowd);
    this.problems = crowd.problems();
  }

  @Override
  public void begin(Fault fault) {
    int target = fault.target();
    recoveryTimes.began(fault);
    switch (fault.kind()) {
      case LINK_CUT -> cluster.link(target).cut();
      case LINK_STALL -> {
        cluster.link(target).stall(Direction.TO_SERVER);
        cluster.link(target).stall(Direction.TO_CLIENT);
      }
      case LINK_STALL_TO_SERVER -> cluster.link(target).stall(Direction.TO_SERVER);
      case LINK_STALL_TO_CLIENT -> cluster.link(target).stall(Direction.TO_CLIENT);
      case LINK_SLOW -> {
        cluster.link(target).slow(Direction.TO_SERVER, SLOW_BYTES_PER_SECOND);
        cluster.link(target).slow(Direction.TO_CLIENT, SLOW_BYTES_PER_SECOND);
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
      case CLIENT_ABORT, CLIENT_SLOW -> clients.begin(fault);
    }
  }

  @Override
  public void end(Fault fault) {
    int target = fault.target();
    switch (fault.kind()) {
      case LINK_CUT, LINK_STALL, LINK_STALL_TO_SERVER, LINK_STALL_TO_CLIENT, LINK_SLOW ->
          cluster.link(target).heal();
      case REDIS_KILL -> cluster.redis().restart();
      case REDIS_PAUSE -> cluster.redis().resume();
      case REDIS_ROLLBACK -> {
        killRedis();
        cluster.redis().restart();
      }
      case SERVER_KILL, SERVER_STOP -> startServer(target);
      case SERVER_PAUSE -> cluster.server(target).resume();
      case REDIS_FLUSH, CLIENT_ABORT, CLIENT_SLOW -> {}
    }
    recoveryTimes.ended(fault);
  }

  /** Records a loss first: Redis may lose whatever it has not persisted. */
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

  /** Retries, because a server exits at startup while Redis is down. */
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

  /** Returns the times at which the store may have lost data. */
  List<Long> lossesNanos() {
    return List.copyOf(lossesNanos);
  }

  /** Returns the recovery times of the links. */
  RecoveryTimes recoveryTimes() {
    return recoveryTimes;
  }
}
