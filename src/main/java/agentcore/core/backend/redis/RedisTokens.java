package agentcore.core.backend.redis;

import agentcore.core.backend.GroupId;
import agentcore.core.backend.TokenBuckets;
import java.time.Duration;
import java.util.List;

/** Buckets of tokens in Redis, filled by its clock. */
final class RedisTokens implements TokenBuckets {
  /** A message waits for it, and then perhaps for the store once more. */
  private static final Duration PATIENCE = Duration.ofMillis(100);

  private final RedisLink link;
  private final RedisKeys keys;

  RedisTokens(RedisLink link, RedisKeys keys) {
    this.link = link;
    this.keys = keys;
  }

  @Override
  public Grant take(String user, int tokens, Rate rate) {
    List<?> reply =
        RedisReply.list(
            RedisReply.await(
                link.submit(
                    RedisScript.TAKE,
                    List.of(keys.tokens(GroupId.user(user))),
                    tokens,
                    rate.capacity(),
                    rate.perSecond() / 1_000),
                PATIENCE));
    return new Grant(((Long) reply.get(0)).intValue(), Duration.ofMillis((Long) reply.get(1)));
  }
}
