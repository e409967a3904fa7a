package agentcore.core.backend.redis;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyInt;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.atLeast;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import agentcore.core.Config;
import agentcore.core.backend.BackendException;
import agentcore.core.backend.BackendLimits;
import agentcore.core.backend.redis.cluster.Primary;
import agentcore.core.backend.redis.cluster.Router;
import agentcore.core.backend.redis.link.CommandLink;
import agentcore.testkit.Await;
import agentcore.testkit.RedisProcess;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class UpkeepTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  private final Lease lease = mock(Lease.class);
  private final RedisPresence presence = mock(RedisPresence.class);
  private final RedisDirectory directory = mock(RedisDirectory.class);
  private final Router router = mock(Router.class);
  private final Probes probes = mock(Probes.class);
  private final RecoveryCheck recovery = mock(RecoveryCheck.class);

  private Upkeep upkeep() {
    Primary primary = mock(Primary.class);
    CommandLink link = mock(CommandLink.class);
    when(router.owner(anyInt())).thenReturn(primary);
    when(primary.commands()).thenReturn(link);
    when(link.isUp()).thenReturn(true);
    when(lease.server()).thenReturn("server");
    when(lease.isHeld()).thenReturn(true);
    when(lease.isSteady()).thenReturn(true);
    return new Upkeep(
        router,
        new Partitions(new Keys("ws:", 0)),
        lease,
        presence,
        directory,
        probes,
        recovery,
        Duration.ofMillis(50),
        Duration.ofMillis(200));
  }

  private static void awaitCalls(Runnable verification) {
    Await.until(
        "the calls",
        LONG,
        () -> {
          try {
            verification.run();
            return true;
          } catch (AssertionError notYet) {
            return false;
          }
        });
  }

  @Test
  void keepsRenewingTheLeaseAfterErrors() {
    when(lease.renew())
        .thenReturn(false)
        .thenThrow(new StackOverflowError())
        .thenThrow(new OutOfMemoryError("of a test"))
        .thenThrow(new IllegalStateException())
        .thenReturn(false);
    try (Upkeep upkeep = upkeep()) {
      upkeep.start();
      awaitCalls(() -> verify(lease, atLeast(6)).renew());
    }
  }

  @Test
  void runsEveryChoreThoughAllFail() {
    when(lease.renew()).thenReturn(false);
    when(lease.dead()).thenReturn(Set.of("dead-1", "dead-2"));
    doThrow(new OutOfMemoryError("of a test")).when(recovery).run();
    doThrow(new BackendException("of a test")).when(presence).restoreLost(any());
    doThrow(new StackOverflowError()).when(presence).reap(eq("dead-1"), any());
    doThrow(new IllegalStateException()).when(presence).reap(eq("dead-2"), any());
    try (Upkeep upkeep = upkeep()) {
      upkeep.start();
      awaitCalls(
          () -> {
            verify(recovery, atLeast(2)).run();
            verify(presence, atLeast(2)).restoreLost(any());
            verify(presence, atLeast(2)).reap(eq("dead-1"), any());
            verify(presence, atLeast(2)).reap(eq("dead-2"), any());
            verify(directory, atLeast(2)).sweep(Duration.ofMillis(50));
          });
    }
  }

  @Test
  void givesTheLeaseBackOnce() {
    when(lease.renew()).thenReturn(false);
    Upkeep upkeep = upkeep();
    upkeep.start();
    upkeep.close();
    upkeep.close();
    verify(presence, times(1)).reap(eq("server"), any());
  }

  @Test
  void failedStartLeavesNeitherThreadNorConnection() {
    try (RedisProcess redis = RedisProcess.start()) {
      String unused =
          redis.command("ACL", "SETUSER", "chat", "on", ">pw", "~*", "&*", "+@all", "-eval");
      String url = redis.url().replace("redis://", "redis://chat:pw@");
      Set<String> before = threads();
      BackendLimits limits = Config.defaults().backendLimits();
      for (int i = 0; i < 5; i++) {
        RedisBackend backend = new RedisBackend(url, "ws:", limits);
        assertThrows(BackendException.class, backend::start);
        backend.close(); // again, as the server does
      }
      Await.until("no thread of ours", LONG, () -> before.containsAll(threads()));
      Await.until(
          "no connection of ours",
          LONG,
          () -> !redis.command("CLIENT", "LIST").contains("name=agentcore"));
    }
  }

  private static Set<String> threads() {
    Set<String> names = new TreeSet<>();
    Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("redis-"))
        .forEach(thread -> names.add(thread.getName() + "#" + thread.threadId()));
    return names;
  }
}
