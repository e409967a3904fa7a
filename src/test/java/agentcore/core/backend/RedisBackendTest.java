package agentcore.core.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.RedisProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract for the store in a real Redis. Each store has a prefix of its own. */
class RedisBackendTest extends BackendContractTest {
  @RegisterExtension static final RedisProcess REDIS = RedisProcess.start();

  private String prefix = "";
  private BackendLimits limits = LIMITS;

  @Override
  public Backend open(BackendLimits limits) {
    this.limits = limits;
    prefix = UUID.randomUUID() + ":";
    return another();
  }

  @Override
  public Backend another() {
    return managed(new RedisBackend(REDIS.url(), prefix, limits));
  }

  @Test
  void ofVeryManyUsersOnlyTheLatestAreRememberedAsSeen() {
    Presence presence = open().presence();
    String many = "for i = 1, 100000 do redis.call('ZADD', KEYS[1], i, 'user-' .. i) end";
    String unused = REDIS.command("EVAL", many, "1", prefix + "{seen}");
    GroupId bob = GroupId.user("bob");
    presence.join(bob, new Member("bob/1", "bob", ""), 1, Optional.empty());
    presence.leave(bob, "bob/1", Optional.empty());
    assertEquals(Optional.empty(), presence.lastSeen("user-1"));
    assertEquals(Optional.of(Instant.ofEpochMilli(2)), presence.lastSeen("user-2"));
    assertTrue(presence.lastSeen("bob").isPresent());
  }

  /** A real Redis keeps real time. */
  @Override
  public void pass(Duration time) {
    long until = System.nanoTime() + time.toNanos() + Duration.ofMillis(100).toNanos();
    while (System.nanoTime() < until) {
      LockSupport.parkNanos(until - System.nanoTime());
    }
  }

  @Override
  public Instant now() {
    return Instant.now();
  }
}
