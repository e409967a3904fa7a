package agentcore.redis;

import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.RedisStore;
import agentcore.testkit.SharedRedis;
import agentcore.testkit.TestServer;
import agentcore.testkit.TestServers;
import agentcore.testkit.network.FaultProxy;
import agentcore.testkit.process.ServerProcess;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Two servers under load: all members of a room receive the same, even if a link is cut. */
class TrafficTest {
  @Test
  void allMembersReceiveTheSame() {
    try (TestServers servers = TestServers.start(2, Traffic.SETTINGS, SharedRedis.stores());
        Traffic traffic = new Traffic(ports(servers), 60, 10)) {
      traffic.talk(Duration.ofSeconds(3), 1_000);
      traffic.verify();
      assertFewAreRefused(traffic);
    }
  }

  @Test
  void allMembersReceiveTheSameThoughALinkIsCut() {
    try (FaultProxy proxy = FaultProxy.to(SharedRedis.port());
        TestServers servers =
            TestServers.start(
                2, Traffic.SETTINGS, RedisStore.on(SharedRedis.port(), proxy.port()));
        Traffic traffic = new Traffic(ports(servers), 15, 5)) {
      talkThroughCuts(traffic, proxy, Duration.ofSeconds(6), 200, 3);
      traffic.verify();
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "agentcore.long", matches = "true")
  void allMembersReceiveTheSameForAMinute() {
    try (ServerProcess first = server(SharedRedis.port(), "minute:");
        ServerProcess second = server(SharedRedis.port(), "minute:");
        Traffic traffic = new Traffic(List.of(first.port(), second.port()), 200, 20)) {
      long startNanos = System.nanoTime();
      traffic.talk(Duration.ofSeconds(60), 2_000);
      report("without faults, sending", traffic, startNanos);
      traffic.verify();
      report("without faults, in all", traffic, startNanos);
      assertFewAreRefused(traffic);
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "agentcore.long", matches = "true")
  void allMembersReceiveTheSameForAMinuteThoughALinkIsCutFiveTimes() {
    try (FaultProxy proxy = FaultProxy.to(SharedRedis.port());
        ServerProcess first = server(SharedRedis.port(), "cut:");
        ServerProcess second = server(proxy.port(), "cut:");
        Traffic traffic = new Traffic(List.of(first.port(), second.port()), 200, 20)) {
      long startNanos = System.nanoTime();
      talkThroughCuts(traffic, proxy, Duration.ofSeconds(60), 2_000, 5);
      report("with five cuts, sending", traffic, startNanos);
      traffic.verify();
      report("with five cuts, in all", traffic, startNanos);
    }
  }

  /** On a machine that stalls for two seconds, messages in flight are refused. */
  private static void assertFewAreRefused(Traffic traffic) {
    assertTrue(traffic.refused() < traffic.sent() / 2, traffic.refused() + " refused");
  }

  private static void report(String what, Traffic traffic, long startNanos) {
    System.out.printf(
        "%s: %.1f s, %d sent, %d refused, %d delivered%n",
        what,
        (System.nanoTime() - startNanos) / 1e9,
        traffic.sent(),
        traffic.refused(),
        traffic.delivered());
  }

  /** Cuts the link at regular intervals for one to three seconds each (less in a short run). */
  private static void talkThroughCuts(
      Traffic traffic, FaultProxy proxy, Duration time, int perSecond, int cuts) {
    Thread cutter =
        Thread.ofVirtual()
            .name("cutter")
            .start(
                () -> {
                  long slice = time.toNanos() / cuts;
                  long longest = Math.min(Duration.ofSeconds(3).toNanos(), slice * 2 / 3);
                  for (int i = 0; i < cuts; i++) {
                    long cut = ThreadLocalRandom.current().nextLong(longest / 3, longest);
                    pass((slice - cut) / 2);
                    proxy.cut();
                    pass(cut);
                    proxy.heal();
                    pass((slice - cut) / 2);
                  }
                });
    traffic.talk(time, perSecond);
    try {
      cutter.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private static void pass(long nanos) {
    long endNanos = System.nanoTime() + nanos;
    while (System.nanoTime() < endNanos) {
      LockSupport.parkNanos(endNanos - System.nanoTime());
    }
  }

  private static List<Integer> ports(TestServers servers) {
    return servers.all().stream().map(TestServer::port).toList();
  }

  private static ServerProcess server(int redisPort, String prefix) {
    Map<String, String> settings = new HashMap<>(Traffic.SETTINGS);
    settings.put("BACKEND_TYPE", "redis");
    settings.put("REDIS_URL", RedisStore.url(redisPort));
    settings.put("REDIS_CHANNEL_PREFIX", prefix);
    return ServerProcess.start(settings);
  }
}
