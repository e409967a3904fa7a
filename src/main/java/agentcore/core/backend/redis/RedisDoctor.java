package agentcore.core.backend.redis;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.redis.RedisTroubles.Side;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisException;

/** Finds out whether Redis would take a write, and whether a right that was missing is there. */
final class RedisDoctor {
  /** Between two looks at where the address leads. */
  private static final Duration SECOND_OPINION = Duration.ofSeconds(2);

  private static final Logger LOG = System.getLogger(RedisDoctor.class.getName());

  private final RedisAddress address;
  private final RedisKeys keys;
  private final RedisLink link;
  private final RedisTroubles troubles;
  private long askedNanos = System.nanoTime();

  RedisDoctor(RedisAddress address, RedisKeys keys, RedisLink link, RedisTroubles troubles) {
    this.address = address;
    this.keys = keys;
    this.link = link;
    this.troubles = troubles;
  }

  /** Looks once. Blocks. */
  void look() {
    lookAtWrites();
    if (troubles.lacksRights() && RedisRights.missing(keys, link).isEmpty()) {
      troubles.hasRights(Side.COMMANDS);
    }
  }

  private void lookAtWrites() {
    try {
      Object unused = link.call(RedisScript.WRITABLE, List.of());
      troubles.takesWrites();
    } catch (BackendException refused) {
      if (troubles.refusesWrites()) {
        askElsewhere();
      }
    }
  }

  /** A primary that was cut off from its replicas may not know yet that another took its place. */
  private void askElsewhere() {
    long now = System.nanoTime();
    if (now - askedNanos < SECOND_OPINION.toNanos()) {
      return;
    }
    askedNanos = now;
    try (Connection connection = address.connect()) {
      RedisAddress.tryToWrite(connection);
      link.dialAgain();
    } catch (JedisException e) {
      LOG.log(Level.DEBUG, "a new connection would not help: {0}", e.getMessage());
    }
  }
}
