package agentcore.core.backend.redis;

import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.backend.Backend;
import agentcore.core.backend.BackendContractTest;
import agentcore.core.backend.BackendLimits;
import agentcore.core.backend.memory.MemoryBackend;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/** The contract for a real Redis. Each store has its own prefix. */
abstract class RedisContractTest extends BackendContractTest {
  /** Ages times to live, last visits and the times since when groups are empty, but no leases. */
  private static final String BECOME_OLDER =
      """
      local keys = redis.call('KEYS', ARGV[1])
      for _, key in ipairs(keys) do
        local left = redis.call('PTTL', key)
        if left >= 0 then redis.call('PEXPIRE', key, left - ARGV[2]) end
        if string.match(key, '}seen$') then
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

  /** Returns the URL that the backend receives. */
  abstract String url();

  /** Runs a command as a user with all rights and returns the raw reply. */
  abstract String command(String... words);

  /** Returns the prefix of the store that was opened last. */
  String prefix() {
    return prefix;
  }

  @Override
  public Backend open(BackendLimits limits) {
    this.limits = limits;
    prefix = "ws:" + UUID.randomUUID() + ":";
    return another();
  }

  @Override
  public Backend another() {
    latest = managed(new RedisBackend(url(), prefix, limits));
    return latest;
  }

  /** The clock of Redis cannot be set, so the data is aged instead. */
  @Override
  public void pass(Duration time) {
    String reply = command("EVAL", BECOME_OLDER, "0", prefix + "*", "" + time.toMillis());
    assertTrue(reply.startsWith(":"), reply);
    ((RedisDirectory) latest.directory()).sweep(time);
  }

  @Override
  public Instant now() {
    return Instant.now();
  }
}
