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
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The contract for the store in a real Redis. Each store has a prefix of its own. */
class RedisBackendTest extends BackendContractTest {
  /** Lives, the times of last visits, and since when a group is empty; not the servers' leases. */
  private static final String BECOME_OLDER =
      """
      local keys = redis.call('KEYS', ARGV[1])
      for _, key in ipairs(keys) do
        local left = redis.call('PTTL', key)
        if left >= 0 then redis.call('PEXPIRE', key, left - ARGV[2]) end
        if string.match(key, '{seen}$') then
          for _, user in ipairs(redis.call('ZRANGE', key, 0, -1)) do
            redis.call('ZINCRBY', key, '-' .. ARGV[2], user)
          end
        elseif string.match(key, ':state$') and redis.call('HEXISTS', key, 'empty') == 1 then
          redis.call('HINCRBY', key, 'empty', '-' .. ARGV[2])
        end
      end
      return #keys
      """;

  private String prefix = "";
  private BackendLimits limits = LIMITS;
  private Backend latest = new MemoryBackend(LIMITS);

  @Override
  public Backend open(BackendLimits limits) {
    this.limits = limits;
    prefix = UUID.randomUUID() + ":";
    return another();
  }

  @Override
  public Backend another() {
    latest = managed(new RedisBackend(SharedRedis.url(), prefix, limits));
    return latest;
  }

  @Test
  void ofVeryManyUsersOnlyTheLatestAreRememberedAsSeen() {
    Presence presence = open().presence();
    String many = "for i = 1, 100000 do redis.call('ZADD', KEYS[1], i, 'user-' .. i) end";
    String unused = SharedRedis.command("EVAL", many, "1", prefix + "{seen}");
    GroupId bob = GroupId.user("bob");
    presence.join(bob, new Member("bob/1", "bob", ""), 1, Optional.empty());
    presence.leave(bob, new Member("bob/1", "bob", ""), Optional.empty());
    assertEquals(Optional.empty(), presence.lastSeen("user-1"));
    assertEquals(Optional.of(Instant.ofEpochMilli(2)), presence.lastSeen("user-2"));
    assertTrue(presence.lastSeen("bob").isPresent());
  }

  @Test
  void whoSendsMoreThanRedisTakesIsSlowedDownAndNotRefused() {
    Backend backend = open();
    GroupId room = new GroupId(GroupId.Kind.ROOM, "r");
    Position start = backend.log().open(room, Position.UNKNOWN);
    List<Supplier<String>> begun =
        IntStream.range(0, 60_000).mapToObj(i -> submit(backend.log(), room, start, i)).toList();
    Set<String> outcomes = begun.stream().map(Supplier::get).collect(Collectors.toSet());
    assertTrue(outcomes.contains("APPENDED"), outcomes::toString);
    // On a busy machine some are late; "too much waits for Redis" is what must not come.
    outcomes.removeAll(
        Set.of("APPENDED", "Redis did not answer in time", "Redis came to it too late"));
    assertEquals(Set.of(), outcomes);
  }

  /** Returns what will become of a message: its outcome, or why there is none. */
  private static Supplier<String> submit(Log log, GroupId room, Position known, int i) {
    try {
      Supplier<Receipt> receipt = log.submit(room, known, "id-" + i, "{}", Optional.empty());
      return () -> outcome(receipt);
    } catch (BackendException refused) {
      return refused::getMessage;
    }
  }

  private static String outcome(Supplier<Receipt> receipt) {
    try {
      return receipt.get().outcome().name();
    } catch (BackendException refused) {
      return String.valueOf(refused.getMessage());
    }
  }

  /** Nobody can turn the clock of Redis: all that it keeps with a time becomes so much older. */
  @Override
  public void pass(Duration time) {
    String reply =
        SharedRedis.command("EVAL", BECOME_OLDER, "0", prefix + "*", "" + time.toMillis());
    assertTrue(reply.startsWith(":"), reply);
    ((RedisDirectory) latest.directory()).sweep(time);
  }

  @Override
  public Instant now() {
    return Instant.now();
  }
}
