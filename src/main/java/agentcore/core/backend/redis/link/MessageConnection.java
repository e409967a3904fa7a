package agentcore.core.backend.redis.link;

import java.io.IOException;
import redis.clients.jedis.Connection;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.PushConsumerChain;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.util.RedisInputStream;

/**
 * A connection that tells when it is about to wait, so that messages that arrive together can be
 * handled together.
 */
final class MessageConnection extends Connection {
  private final Runnable beforeWaiting;

  /** The constructor of the superclass may read already. */
  private final boolean isConstructed;

  MessageConnection(HostAndPort address, JedisClientConfig config, Runnable beforeWaiting) {
    super(address, config);
    this.beforeWaiting = beforeWaiting;
    this.isConstructed = true;
  }

  @Override
  protected Object protocolRead(RedisInputStream input, PushConsumerChain pushes) {
    if (isConstructed && mayWait(input)) {
      beforeWaiting.run();
    }
    return super.protocolRead(input, pushes);
  }

  private static boolean mayWait(RedisInputStream input) {
    try {
      return input.available() == 0;
    } catch (IOException closed) {
      throw new JedisConnectionException(closed);
    }
  }
}
