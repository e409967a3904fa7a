package agentcore.core.backend.redis.link;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.PushConsumerChain;
import redis.clients.jedis.commands.ProtocolCommand;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.RedisInputStream;

/**
 * One connection of a {@link PubSubLink}. One thread reads; others send requests. It tells when it
 * is about to wait, so that messages that arrive together are handled together.
 */
final class MessageConnection extends Connection {
  private final Runnable beforeWaiting;

  /** The constructor of the superclass may read already. */
  private final boolean isConstructed;

  private volatile boolean isReady;
  private volatile boolean isCut;
  private volatile long readyNanos;
  private volatile long receivedNanos = System.nanoTime();

  MessageConnection(Node node, int timeoutMillis, Runnable beforeWaiting) {
    super(node.address(), node.login().config(timeoutMillis));
    this.beforeWaiting = beforeWaiting;
    this.isConstructed = true;
  }

  /** Creates a connection that stands for "not connected yet". */
  MessageConnection() {
    this.beforeWaiting = () -> {};
    this.isConstructed = true;
    this.isCut = true;
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

  /**
   * Waits for a message or a confirmation.
   *
   * @throws JedisException if the connection is lost or cut, or Redis has refused a request
   */
  List<?> next() {
    if (getUnflushedObject() instanceof List<?> message) {
      return message;
    }
    throw new JedisException("Redis sent something else than a message");
  }

  /** Sends a request. One thread at a time. */
  void request(Command command, String... channels) {
    try {
      sendCommand((ProtocolCommand) command, channels);
      flush();
    } catch (JedisException lost) {
      cut();
    }
  }

  /** Notes that messages arrive from now on. */
  void ready() {
    readyNanos = System.nanoTime();
    isReady = true;
  }

  boolean isReady() {
    return isReady && !isCut;
  }

  /** Returns whether the connection was ready at a time. */
  boolean wasReadyAt(long nanos) {
    return isReady() && readyNanos - nanos < 0;
  }

  /** Notes that a message has arrived. */
  void received() {
    receivedNanos = System.nanoTime();
  }

  /** Returns whether the connection is ready and a message has arrived since a time. */
  boolean hasReceivedSince(long nanos) {
    return isReady() && receivedNanos - nanos > 0;
  }

  /** Returns for how long no message has arrived. */
  Duration silentFor() {
    return Duration.ofNanos(System.nanoTime() - receivedNanos);
  }

  boolean isCut() {
    return isCut;
  }

  void cut() {
    isCut = true;
    Node.cut(this);
  }
}
