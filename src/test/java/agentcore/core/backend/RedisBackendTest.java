package agentcore.core.backend;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.SharedRedis;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The contract for the store in a real Redis. Each store has a prefix of its own. */
class RedisBackendTest extends BackendContractTest {
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
    return managed(new RedisBackend(SharedRedis.url(), prefix, limits));
  }

  @Test
  void ofVeryManyUsersOnlyTheLatestAreRememberedAsSeen() {
    Presence presence = open().presence();
    String many = "for i = 1, 100000 do redis.call('ZADD', KEYS[1], i, 'user-' .. i) end";
    String unused = SharedRedis.command("EVAL", many, "1", prefix + "{seen}");
    GroupId bob = GroupId.user("bob");
    presence.join(bob, new Member("bob/1", "bob", ""), 1, Optional.empty());
    presence.leave(bob, "bob/1", Optional.empty());
    assertEquals(Optional.empty(), presence.lastSeen("user-1"));
    assertEquals(Optional.of(Instant.ofEpochMilli(2)), presence.lastSeen("user-2"));
    assertTrue(presence.lastSeen("bob").isPresent());
  }

  @Test
  void whoSendsMoreThanRedisTakesIsSlowedDownAndNotRefused() {
    Backend backend = open();
    GroupId room = new GroupId(GroupId.Kind.ROOM, "r");
    Position start = backend.log().open(room, Position.UNKNOWN);
    List<Supplier<Receipt>> begun =
        IntStream.range(0, 60_000)
            .mapToObj(i -> backend.log().submit(room, start, "id-" + i, "{}", Optional.empty()))
            .toList();
    assertEquals(60_000, begun.getLast().get().position().seq());
    assertEquals(
        Set.of(Receipt.Outcome.APPENDED),
        begun.stream().map(receipt -> receipt.get().outcome()).collect(Collectors.toSet()));
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
