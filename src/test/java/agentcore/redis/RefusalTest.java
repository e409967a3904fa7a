package agentcore.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.Await;
import agentcore.testkit.RedisProcess;
import agentcore.testkit.RedisStore;
import agentcore.testkit.TestServers;
import com.google.gson.JsonObject;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Redis replies with errors: each such failure is logged once when it begins and once when it ends,
 * clients are refused in time, nothing that was refused is stored later, and no living server is
 * declared dead.
 */
class RefusalTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Duration LONGER_THAN_A_LEASE = Duration.ofMillis(12_500);

  /** Two servers on one Redis, with a user on each. */
  private static final class Scene implements AutoCloseable {
    final RedisProcess redis;
    final Warnings warnings = new Warnings();
    final TestServers servers;
    final Guest alice;
    final Guest bob;

    Scene(String... options) {
      redis = RedisProcess.start(options);
      servers = TestServers.start(2, Guest.UNLIMITED, RedisStore.on(redis.port()));
      bob = Guest.connect(servers.get(1).port(), "bob");
      alice = Guest.connect(servers.get(0).port(), "alice");
      bob.await("alice", Guest.ofType("user_joined_room").and(Guest.of("alice")));
    }

    void set(String name, String value) {
      assertEquals("+OK\r\n", redis.command("CONFIG", "SET", name, value));
    }

    void assertRefused(String error) {
      long startNanos = System.nanoTime();
      JsonObject answer = alice.say("lobby", "lost");
      assertEquals("BACKEND_UNAVAILABLE", Guest.text(answer, "error_code"), answer.toString());
      assertTrue(System.nanoTime() - startNanos < Duration.ofSeconds(10).toNanos());
      warnings.await(2, error); // two servers
      Await.until("none to be ready", LONG, () -> !isDelivering());
      assertEquals(0, warnings.count("works again"));
    }

    private boolean isDelivering() {
      return servers.all().stream().allMatch(s -> s.core().backend().isDelivering());
    }

    void assertServedAgain(String error) {
      alice.sayUntilStored("lobby", "by alice");
      bob.sayUntilStored("lobby", "by bob");
      for (Guest guest : List.of(alice, bob)) {
        guest.awaitText("by alice");
        guest.awaitText("by bob");
        assertTrue(guest.isOpen());
        assertFalse(guest.texts("lobby").contains("lost"));
        assertEquals(0, guest.heard(Guest.ofType("user_left")).size());
      }
      Await.until("both to be ready", LONG, this::isDelivering);
      warnings.await(2, "works again");
      // Long enough for a server to be declared dead.
      pass(Duration.ofSeconds(3));
      assertEquals(0, alice.heard(Guest.ofType("user_left")).size());
      assertEquals(2, warnings.count(error), warnings.with("").toString());
      assertEquals(2, warnings.count("works again"), warnings.with("").toString());
      assertEquals(4, warnings.with("").size(), warnings.with("").toString());
    }

    @Override
    public void close() {
      alice.close();
      bob.close();
      servers.close();
      warnings.close();
      redis.close();
    }
  }

  @Test
  void reportsTooFewReplicasForLongerThanALease() {
    try (Scene scene = new Scene()) {
      scene.set("min-replicas-to-write", "1");
      scene.assertRefused("NOREPLICAS");
      pass(LONGER_THAN_A_LEASE);
      scene.set("min-replicas-to-write", "0");
      scene.assertServedAgain("NOREPLICAS");
    }
  }

  @Test
  void reportsFullMemoryForLongerThanALease() {
    try (Scene scene = new Scene()) {
      scene.set("maxmemory", "1");
      scene.assertRefused("OOM");
      pass(LONGER_THAN_A_LEASE);
      scene.set("maxmemory", "0");
      scene.assertServedAgain("OOM");
    }
  }

  @Test
  void reportsAFailedSave() {
    try (Scene scene = new Scene("--enable-protected-configs", "yes")) {
      scene.set("save", "3600 1"); // without it, a failed save does not refuse writes
      scene.set("dbfilename", "a-folder");
      assertTrue(scene.redis.makeFolder("a-folder"));
      String unused = scene.redis.command("BGSAVE");
      Await.until(
          "a save that failed",
          LONG,
          () -> scene.redis.command("INFO", "persistence").contains("rdb_last_bgsave_status:err"));
      scene.assertRefused("MISCONF");
      scene.set("stop-writes-on-bgsave-error", "no");
      scene.assertServedAgain("MISCONF");
    }
  }

  @Test
  void reportsABusyRedis() {
    try (Scene scene = new Scene()) {
      scene.set("busy-reply-threshold", "1");
      Thread endless =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      String unused = scene.redis.command("EVAL", "while true do end", "0");
                    } catch (java.io.UncheckedIOException tooLong) {
                      // as intended, Redis has not answered
                    }
                  });
      Await.until("the script to run", LONG, () -> scene.redis.command("PING").startsWith("-BUSY"));
      scene.assertRefused("BUSY");
      Await.until(
          "the script's end", LONG, () -> scene.redis.command("SCRIPT", "KILL").startsWith("+OK"));
      scene.assertServedAgain("BUSY");
      endless.join();
    } catch (InterruptedException stop) {
      throw new AssertionError(stop);
    }
  }

  @Test
  void reportsAMissingRight() {
    try (Scene scene = new Scene()) {
      String unused = scene.redis.command("ACL", "SETUSER", "default", "-xadd");
      long startNanos = System.nanoTime();
      JsonObject answer = scene.alice.say("lobby", "lost");
      assertEquals("BACKEND_UNAVAILABLE", Guest.text(answer, "error_code"), answer.toString());
      assertTrue(System.nanoTime() - startNanos < Duration.ofSeconds(10).toNanos());
      scene.warnings.await(1, "does not give this user a right");
      String given = scene.redis.command("ACL", "SETUSER", "default", "+xadd");
      assertEquals("+OK\r\n", given);
      scene.alice.sayUntilStored("lobby", "by alice");
      scene.bob.awaitText("by alice");
      scene.warnings.await(1, "works again");
      assertEquals(2, scene.warnings.with("").size(), scene.warnings.with("").toString());
    }
  }

  @Test
  void reportsARedisThatLoadsItsData() {
    try (Scene scene =
        new Scene(
            "--enable-debug-command", "yes", "--loading-process-events-interval-bytes", "1024")) {
      for (int i = 0; i < 5; i++) {
        String unused = scene.redis.command("DEBUG", "POPULATE", "20000", "some" + i, "10");
      }
      scene.alice.say("lobby", "before");
      scene.set("key-load-delay", "100");
      assertEquals("+OK\r\n", scene.redis.command("SAVE"));
      Thread reload =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      String unused = scene.redis.command("DEBUG", "RELOAD", "NOSAVE");
                    } catch (java.io.UncheckedIOException tooLong) {
                      // loading takes longer than the wait for its answer
                    }
                  });
      scene.warnings.await(2, "is loading its data");
      JsonObject answer = scene.alice.say("lobby", "lost");
      assertEquals("BACKEND_UNAVAILABLE", Guest.text(answer, "error_code"), answer.toString());
      scene.set("key-load-delay", "0");
      scene.alice.sayUntilStored("lobby", "by alice");
      scene.bob.awaitText("by alice");
      assertFalse(scene.bob.texts("lobby").contains("lost"));
      Await.until("no delay", LONG, () -> scene.warnings.count("is loading its data") >= 4);
      assertEquals(4, scene.warnings.count("is loading its data"));
      reload.join();
    } catch (InterruptedException stop) {
      throw new AssertionError(stop);
    }
  }

  /** Lets real time pass, since the clock of Redis cannot be set. */
  private static void pass(Duration time) {
    long endNanos = System.nanoTime() + time.toNanos();
    Await.until("time to pass", time.multipliedBy(2), () -> System.nanoTime() >= endNanos);
  }
}
