package agentcore.core.backend.redis;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.redis.link.CommandLink;
import agentcore.core.backend.redis.link.Health;
import agentcore.core.backend.redis.link.Health.Side;
import agentcore.core.backend.redis.link.RedisUrl;
import agentcore.core.backend.redis.link.Script;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisException;

/** Finds out whether Redis accepts writes again and whether a missing right was given. */
final class RecoveryCheck {
  private static final Duration RECONNECT_PERIOD = Duration.ofSeconds(2);
  private static final Logger LOG = System.getLogger(RecoveryCheck.class.getName());

  private final RedisUrl url;
  private final Keys keys;
  private final CommandLink link;
  private final Health health;
  private long connectedNanos = System.nanoTime();

  RecoveryCheck(RedisUrl url, Keys keys, CommandLink link, Health health) {
    this.url = url;
    this.keys = keys;
    this.link = link;
    this.health = health;
  }

  /** Checks once, and reports the failures that have ended. Blocks. */
  void run() {
    health.reportEnded();
    checkWrites();
    if (health.lacksRights()) {
      checkRights();
    }
  }

  private void checkWrites() {
    try {
      link.call(Script.WRITABLE, List.of());
      health.acceptsWrites();
    } catch (BackendException refused) {
      if (health.refusesWrites()) {
        checkForAnotherPrimary();
      }
    }
  }

  /** A primary that was cut off from its replicas may not know yet that it was replaced. */
  private void checkForAnotherPrimary() {
    if (!mayConnect()) {
      return;
    }
    try (Connection connection = url.connect()) {
      RedisUrl.checkWritable(connection);
      link.reconnect();
    } catch (JedisException e) {
      LOG.log(Level.DEBUG, "a new connection would not help: {0}", e.getMessage());
    }
  }

  private boolean mayConnect() {
    long now = System.nanoTime();
    boolean isDue = now - connectedNanos >= RECONNECT_PERIOD.toNanos();
    connectedNanos = isDue ? now : connectedNanos;
    return isDue;
  }

  private void checkRights() {
    if (!mayConnect()) {
      return;
    }
    try (Connection connection = url.connect()) {
      if (Permissions.missing(keys, connection).isEmpty()) {
        health.hasRights(Side.COMMANDS);
      }
    } catch (JedisException e) {
      LOG.log(Level.DEBUG, "the rights cannot be checked: {0}", e.getMessage());
    }
  }
}
