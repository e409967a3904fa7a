package agentcore.core.backend.redis;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.redis.RedisTroubles.Side;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisException;

/**
 * One connection to Redis for the commands of all threads.
 *
 * <p>Callers queue their commands and wait; one thread writes what has gathered, reads the replies
 * and hands them back. So a command costs a share of a round trip, without a pool, and commands of
 * one caller are carried out in the order in which it queued them.
 *
 * <p>Invariant: a command whose caller has given up is not written any more. The queue is bounded:
 * when it is full, the store counts as away.
 *
 * <p>After an error that dialling again may cure (see {@link RedisTrouble}) the connection is
 * closed, since the address may lead to another Redis by now; what is queued waits for the next.
 */
final class RedisLink implements AutoCloseable {
  private static final int MAX_QUEUE = 16 * 1024;
  private static final int MAX_BATCH = 512;

  /** Few enough for a slow machine to answer in time, and enough for the next batch. */
  private static final int CROWDED = MAX_BATCH;

  private static final long IDLE_MILLIS = 500;
  private static final Logger LOG = System.getLogger(RedisLink.class.getName());

  private final RedisAddress address;
  private final RedisTroubles troubles;
  private final Runnable onUp;
  private final Runnable onLeft;
  private final BlockingQueue<RedisCall> queue = new ArrayBlockingQueue<>(MAX_QUEUE);
  private final Loop loop = new Loop("redis-commands", this::connectAndServe);
  private final BackOff backOff = new BackOff();
  private Optional<Connection> ready = Optional.empty();
  private volatile Optional<Connection> current = Optional.empty();
  private volatile RedisScript.Text publish = RedisScript.PUBLISH.text();
  private volatile long clockOffsetMillis;
  private volatile long upSinceNanos;
  private volatile boolean isWrong;

  /**
   * Makes a link that is not connected.
   *
   * @param onUp runs after each connect but the first, on a thread of its own
   * @param onLeft runs where the connection is given up because it leads to the wrong Redis; must
   *     not block
   */
  RedisLink(RedisAddress address, RedisTroubles troubles, Runnable onUp, Runnable onLeft) {
    this.address = address;
    this.troubles = troubles;
    this.onUp = onUp;
    this.onLeft = onLeft;
  }

  /**
   * Connects for the first time.
   *
   * @throws BackendException where that fails
   */
  void start() {
    try {
      ready = Optional.of(connect());
    } catch (JedisException e) {
      throw new BackendException(address + " is not reachable: " + RedisReply.reason(e), e);
    }
    loop.start();
  }

  private Connection connect() {
    Connection connection = address.connect();
    try {
      connection.sendCommand(Command.TIME);
      List<?> time = connection.getBinaryMultiBulkReply();
      setClock(
          Long.parseLong(RedisReply.text(time.get(0))) * 1_000
              + Long.parseLong(RedisReply.text(time.get(1))) / 1_000);
      tryToWrite(connection);
    } catch (JedisException e) {
      connection.close();
      throw e;
    }
    upSinceNanos = System.nanoTime();
    current = Optional.of(connection);
    return connection;
  }

  /** Reading goes on where writes are refused, but not where another Redis is to be looked for. */
  private void tryToWrite(Connection connection) {
    try {
      RedisAddress.tryToWrite(connection);
    } catch (JedisException e) {
      if (RedisTrouble.of(e).cure() == RedisTrouble.Cure.DIAL) {
        throw e;
      }
      RedisTrouble unused = troubles.seen(Side.COMMANDS, e);
    }
  }

  /** Notes the time of Redis, which may drift from ours. */
  void setClock(long redisMillis) {
    clockOffsetMillis = redisMillis - nowMillis();
  }

  /**
   * Gives the publishing script a name that no other server uses, so that no other server loads it
   * and the order of what is published holds (see {@link RedisCall#exchange}).
   */
  void name(String name) {
    publish = RedisScript.PUBLISH.named(name);
  }

  /** Returns what Redis will take for the time when a caller that begins now has given up. */
  long deadlineMillis() {
    return nowMillis() + clockOffsetMillis + RedisReply.TIMEOUT.toMillis();
  }

  /** Returns for how long the connection has been there. */
  Duration upFor() {
    return Duration.ofNanos(System.nanoTime() - upSinceNanos);
  }

  private static long nowMillis() {
    return System.nanoTime() / 1_000_000;
  }

  /**
   * Runs a command and waits for its reply.
   *
   * @throws BackendException where there is none in time, or an error
   */
  Object call(Command command, Object... arguments) {
    return RedisReply.await(submit(command, arguments));
  }

  /** Runs a script and waits for its reply. */
  Object call(RedisScript script, List<String> keys, Object... arguments) {
    return RedisReply.await(submit(script, keys, arguments));
  }

  /** Queues a command; {@link RedisReply#await} its reply. */
  CompletableFuture<Object> submit(Command command, Object... arguments) {
    return submit(RedisCall.of(command, arguments));
  }

  /** Queues a script; {@link RedisReply#await} its reply. */
  CompletableFuture<Object> submit(RedisScript script, List<String> keys, Object... arguments) {
    RedisScript.Text text = script == RedisScript.PUBLISH ? publish : script.text();
    return submit(RedisCall.of(text, keys, arguments));
  }

  private CompletableFuture<Object> submit(RedisCall call) {
    if (!queue.offer(call)) {
      call.reply().completeExceptionally(new BackendException("too much waits for Redis"));
    } else if (loop.isClosed()) {
      failQueued();
    }
    return call.reply();
  }

  private void failQueued() {
    for (RedisCall call = queue.poll(); call != null; call = queue.poll()) {
      call.reply().completeExceptionally(new BackendException("the link to Redis is closed"));
    }
  }

  /** Says whether so much waits that nobody should add to it before having been answered. */
  boolean isCrowded() {
    return queue.size() > CROWDED;
  }

  /** Has the connection given up, and the address dialled again: it leads to another Redis. */
  void dialAgain() {
    isWrong = true;
  }

  private void connectAndServe() {
    try (Connection connection = ready.isPresent() ? ready.get() : reconnect()) {
      ready = Optional.empty();
      isWrong = false;
      serve(connection);
    } catch (JedisException e) {
      if (!loop.isClosed()) {
        RedisTrouble unused = troubles.seen(Side.COMMANDS, e);
      }
    }
    current = Optional.empty();
    queue.removeIf(call -> call.reply().isDone()); // its caller has given up
    loop.pause(backOff.next(upFor()));
  }

  private Connection reconnect() {
    upSinceNanos = System.nanoTime();
    Connection connection = connect();
    troubles.connected(Side.COMMANDS);
    LOG.log(Level.INFO, "connected to {0} again", address);
    Thread.ofVirtual().name("redis-up").start(onUp);
    return connection;
  }

  private void serve(Connection connection) {
    List<RedisCall> batch = new ArrayList<>();
    while (!loop.isClosed() && !isWrong) {
      try {
        gather(batch);
        if (!batch.isEmpty()) {
          exchange(connection, batch);
        }
      } catch (InterruptedException stop) {
        return;
      } finally {
        failUnanswered(batch);
        batch.clear();
      }
    }
    if (isWrong) {
      onLeft.run();
    }
  }

  private static void failUnanswered(List<RedisCall> batch) {
    for (RedisCall call : batch) {
      if (!call.reply().isDone()) {
        call.reply().completeExceptionally(new BackendException("the connection was lost"));
      }
    }
  }

  private void gather(List<RedisCall> batch) throws InterruptedException {
    RedisCall first = queue.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
    if (first != null) {
      batch.add(first);
      queue.drainTo(batch, MAX_BATCH - 1);
      batch.removeIf(call -> call.reply().isDone());
    }
  }

  private void exchange(Connection connection, List<RedisCall> batch) {
    List<Object> replies = RedisCall.exchange(connection, batch);
    for (int i = 0; i < replies.size(); i++) {
      if (replies.get(i) instanceof JedisException error) {
        if (troubles.seen(Side.COMMANDS, error).cure() == RedisTrouble.Cure.DIAL) {
          isWrong = true;
        }
        batch.get(i).reply().completeExceptionally(error);
      } else {
        batch.get(i).reply().complete(replies.get(i));
      }
    }
  }

  @Override
  public void close() {
    loop.close();
    failQueued();
    try {
      Optional<Connection> open = current;
      if (open.isPresent()) {
        open.get().forceDisconnect();
      }
    } catch (IOException | JedisException e) {
      LOG.log(Level.TRACE, "cutting failed: {0}", e.getMessage());
    }
  }

  /** How long to wait before the next attempt: longer after each that failed, and jittered. */
  static final class BackOff {
    private static final Duration LASTED = Duration.ofSeconds(1);
    private static final long MIN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long MAX_NANOS = TimeUnit.SECONDS.toNanos(1);

    private long nanos = MIN_NANOS;

    /** Returns the wait after a connection that was there for so long. */
    Duration next(Duration lasted) {
      if (lasted.compareTo(LASTED) > 0) {
        nanos = MIN_NANOS;
      }
      long wait = ThreadLocalRandom.current().nextLong(nanos / 2, nanos);
      nanos = Math.min(nanos * 2, MAX_NANOS);
      return Duration.ofNanos(wait);
    }
  }
}
