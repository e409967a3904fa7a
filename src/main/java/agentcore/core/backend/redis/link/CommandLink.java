package agentcore.core.backend.redis.link;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.redis.link.Failure.Recovery;
import agentcore.core.backend.redis.link.Health.Side;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisException;

/**
 * One connection to Redis for the commands of all threads.
 *
 * <p>Callers put their commands into a queue and wait. One thread sends all that are queued, reads
 * the replies and completes the calls. So a command costs a share of a round trip, and the commands
 * of one caller run in the order in which it submitted them.
 *
 * <p>Invariant: a command whose caller has given up is not sent. The queue is bounded: when it is
 * full, {@link #submit} fails at once.
 *
 * <p>After an error with {@link Recovery#RECONNECT} the connection is closed, since the host may be
 * another Redis by now; queued commands wait for the next connection.
 */
public final class CommandLink implements AutoCloseable {
  private static final int MAX_QUEUE = 16 * 1024;
  private static final int MAX_BATCH = 512;

  /** A slow machine still answers that many in time, and they fill the next batch. */
  private static final int CROWDED = MAX_BATCH;

  private static final long IDLE_MILLIS = 500;

  private final RedisUrl url;
  private final Health health;
  private final Runnable onReconnect;
  private final Runnable onMisled;
  private final BlockingQueue<Call> queue = new ArrayBlockingQueue<>(MAX_QUEUE);
  private final RepeatingThread thread =
      new RepeatingThread("redis-commands", this::connectAndServe);
  private final BackOff backOff = new BackOff();
  private volatile Connection connection = new Connection(); // not connected
  private volatile long clockOffsetMillis;
  private volatile long connectedNanos;
  private volatile boolean isMisled;

  /**
   * Creates a link that is not connected.
   *
   * @param onReconnect runs after each connect but the first, on a thread of its own
   * @param onMisled runs when the connection is given up because it leads to the wrong Redis; must
   *     not block
   */
  public CommandLink(RedisUrl url, Health health, Runnable onReconnect, Runnable onMisled) {
    this.url = url;
    this.health = health;
    this.onReconnect = onReconnect;
    this.onMisled = onMisled;
  }

  /**
   * Connects for the first time.
   *
   * @throws BackendException if that fails
   */
  public void start() {
    try {
      connection = connect();
    } catch (JedisException | ClassCastException | NumberFormatException e) {
      throw new BackendException(url.server() + " is not reachable: " + Reply.reason(e), e);
    }
    thread.start();
  }

  private Connection connect() {
    Connection fresh = url.connect();
    try {
      fresh.sendCommand(Command.TIME);
      List<String> time = Reply.texts(fresh.getBinaryMultiBulkReply());
      setClock(Long.parseLong(time.get(0)) * 1_000 + Long.parseLong(time.get(1)) / 1_000);
      checkWritable(fresh);
    } catch (RuntimeException e) { // also a reply to another request, which cannot be read
      fresh.close();
      throw e;
    }
    connectedNanos = System.nanoTime();
    return fresh;
  }

  /** Keeps a connection that refuses writes for now: it can still read. */
  private void checkWritable(Connection fresh) {
    try {
      RedisUrl.checkWritable(fresh);
    } catch (JedisException e) {
      if (Failure.of(e).recovery() == Recovery.RECONNECT) {
        throw e;
      }
      Failure unused = health.failed(Side.COMMANDS, e);
    }
  }

  /** Sets the time of Redis, which may drift from this machine's. */
  public void setClock(long redisMillis) {
    clockOffsetMillis = redisMillis - nowMillis();
  }

  /** Returns the time of Redis at which a caller that begins now has given up. */
  public long deadlineMillis() {
    return nowMillis() + clockOffsetMillis + Reply.TIMEOUT.toMillis();
  }

  private static long nowMillis() {
    return System.nanoTime() / 1_000_000;
  }

  /** Returns how long the link has been connected. */
  public Duration connectedFor() {
    return Duration.ofNanos(System.nanoTime() - connectedNanos);
  }

  /**
   * Runs a command and waits for its reply.
   *
   * @throws BackendException if no reply comes in time, or an error
   */
  public Object call(Command command, Object... arguments) {
    return Reply.await(submit(command, arguments));
  }

  /**
   * Runs a script and waits for its reply.
   *
   * @throws BackendException if no reply comes in time, or an error
   */
  public Object call(Script script, List<String> keys, Object... arguments) {
    return Reply.await(submit(script, keys, arguments));
  }

  /** Queues a command, whose reply {@link Reply#await} returns. */
  public CompletableFuture<Object> submit(Command command, Object... arguments) {
    return submit(Call.of(command, arguments));
  }

  /** Queues a script, whose reply {@link Reply#await} returns. */
  public CompletableFuture<Object> submit(Script script, List<String> keys, Object... arguments) {
    return submit(Call.of(script, keys, arguments));
  }

  private CompletableFuture<Object> submit(Call call) {
    if (!queue.offer(call)) {
      fail(call, "the queue of commands for Redis is full");
    } else if (thread.isClosed()) {
      failQueued();
    }
    return call.reply();
  }

  private void failQueued() {
    for (Call call = queue.poll(); call != null; call = queue.poll()) {
      fail(call, "the link to Redis is closed");
    }
  }

  private static void fail(Call call, String reason) {
    call.reply().completeExceptionally(new BackendException(reason));
  }

  /** Returns whether so much is queued that callers should wait for a reply before adding more. */
  public boolean isCrowded() {
    return queue.size() > CROWDED;
  }

  /** Closes the connection and connects again, because it leads to the wrong Redis. */
  public void reconnect() {
    isMisled = true;
  }

  private void connectAndServe() {
    try (Connection current = connection.isConnected() ? connection : connectAgain()) {
      isMisled = false;
      serve(current);
    } catch (JedisException e) {
      if (!thread.isClosed()) {
        Failure unused = health.failed(Side.COMMANDS, e);
      }
    }
    queue.removeIf(call -> call.reply().isDone()); // its caller has given up
    thread.pause(backOff.next(connectedFor()));
  }

  private Connection connectAgain() {
    connectedNanos = System.nanoTime();
    connection = connect();
    health.connected(Side.COMMANDS);
    Thread.ofVirtual().name("redis-reconnected").start(onReconnect);
    return connection;
  }

  private void serve(Connection current) {
    List<Call> batch = new ArrayList<>();
    while (!thread.isClosed() && !isMisled) {
      try {
        gather(batch);
        if (!batch.isEmpty()) {
          exchange(current, batch);
        }
      } catch (InterruptedException stop) {
        return;
      } finally {
        failUnanswered(batch);
        batch.clear();
      }
    }
    if (isMisled) {
      onMisled.run();
    }
  }

  private void gather(List<Call> batch) throws InterruptedException {
    Call first = queue.poll(IDLE_MILLIS, TimeUnit.MILLISECONDS);
    if (first != null) {
      batch.add(first);
      queue.drainTo(batch, MAX_BATCH - 1);
      batch.removeIf(call -> call.reply().isDone());
    }
  }

  private void exchange(Connection current, List<Call> batch) {
    List<Object> replies = Call.exchange(current, batch);
    for (int i = 0; i < replies.size(); i++) {
      CompletableFuture<Object> reply = batch.get(i).reply();
      if (replies.get(i) instanceof JedisException error) {
        if (health.failed(Side.COMMANDS, error).recovery() == Recovery.RECONNECT) {
          isMisled = true;
        }
        reply.completeExceptionally(error);
      } else {
        reply.complete(replies.get(i));
      }
    }
  }

  private static void failUnanswered(List<Call> batch) {
    for (Call call : batch) {
      if (!call.reply().isDone()) {
        fail(call, "the connection to Redis was lost");
      }
    }
  }

  @Override
  public void close() {
    thread.close();
    failQueued();
    RedisUrl.cut(connection);
  }
}
