package agentcore.core.backend;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.exceptions.JedisNoScriptException;

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
 * <p>In one file, since the queue, its bound and the thread that empties it are one promise.
 */
final class RedisLink implements AutoCloseable {
  /** A caller waits for so long at the most. */
  static final Duration TIMEOUT = Duration.ofMillis(1_800);

  private static final int MAX_QUEUE = 16 * 1024;
  private static final int MAX_BATCH = 512;
  private static final long IDLE_MILLIS = 500;
  private static final long MIN_BACK_OFF_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long MAX_BACK_OFF_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final Logger LOG = System.getLogger(RedisLink.class.getName());

  private record Call(
      CommandArguments command,
      Optional<Supplier<CommandArguments>> withText,
      CompletableFuture<Object> reply) {}

  private final RedisAddress address;
  private final Runnable onUp;
  private final BlockingQueue<Call> queue = new ArrayBlockingQueue<>(MAX_QUEUE);
  private final Thread thread =
      Thread.ofPlatform().daemon().name("redis-commands").unstarted(this::run);
  private Optional<Connection> ready = Optional.empty();
  private volatile long clockOffsetMillis;
  private volatile long upSinceNanos;
  private volatile boolean closed;

  /**
   * Makes a link that is not connected.
   *
   * @param onUp runs after each connect but the first, on a thread of its own
   */
  RedisLink(RedisAddress address, Runnable onUp) {
    this.address = address;
    this.onUp = onUp;
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
      throw new BackendException(address + " is not reachable: " + reason(e), e);
    }
    thread.start();
  }

  private Connection connect() {
    Connection connection = address.connect();
    connection.sendCommand(Command.TIME);
    List<byte[]> time = connection.getBinaryMultiBulkReply();
    long millis =
        Long.parseLong(text(time.get(0))) * 1_000 + Long.parseLong(text(time.get(1))) / 1_000;
    setClock(millis);
    upSinceNanos = System.nanoTime();
    return connection;
  }

  /** Notes the time of Redis, which may drift from ours. */
  void setClock(long redisMillis) {
    clockOffsetMillis = redisMillis - nowMillis();
  }

  /** Returns what Redis will take for the time when a caller that begins now has given up. */
  long deadlineMillis() {
    return nowMillis() + clockOffsetMillis + TIMEOUT.toMillis();
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
    return await(submit(command, arguments));
  }

  /** Runs a script and waits for its reply. */
  Object call(RedisScript script, List<String> keys, Object... arguments) {
    return await(submit(script, keys, arguments));
  }

  /** Queues a command; {@link #await} its reply. */
  CompletableFuture<Object> submit(Command command, Object... arguments) {
    CommandArguments whole = new CommandArguments(command);
    for (Object argument : arguments) {
      whole.add(argument.toString());
    }
    return submit(new Call(whole, Optional.empty(), new CompletableFuture<>()));
  }

  /** Queues a script; {@link #await} its reply. */
  CompletableFuture<Object> submit(RedisScript script, List<String> keys, Object... arguments) {
    List<Object> all = List.of(arguments);
    Supplier<CommandArguments> byText = () -> script.byText(keys, all); // needed seldom
    return submit(
        new Call(script.bySha(keys, all), Optional.of(byText), new CompletableFuture<>()));
  }

  private CompletableFuture<Object> submit(Call call) {
    if (closed || !queue.offer(call)) {
      call.reply().completeExceptionally(new BackendException("too much waits for Redis"));
    }
    return call.reply();
  }

  /** Says whether so much waits that nobody should add to it before having been answered. */
  boolean isCrowded() {
    return queue.size() > MAX_QUEUE / 2;
  }

  /** Waits for a reply, and gives up in time. */
  static Object await(CompletableFuture<Object> reply) {
    return await(reply, TIMEOUT);
  }

  /** Waits for the reply to what was queued at a time, and gives up in time. */
  static Object awaitFrom(long submittedNanos, CompletableFuture<Object> reply) {
    long leftNanos = TIMEOUT.toNanos() - (System.nanoTime() - submittedNanos);
    return await(reply, Duration.ofNanos(Math.max(0, leftNanos)));
  }

  /** Waits for a reply, and gives up after a time of one's own. */
  static Object await(CompletableFuture<Object> reply, Duration timeout) {
    try {
      return reply.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      reply.cancel(false);
      throw new BackendException("Redis did not answer in time", late);
    } catch (ExecutionException failed) {
      throw new BackendException("Redis failed: " + reason(failed), failed);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new BackendException("interrupted while waiting for Redis", stop);
    }
  }

  /**
   * Returns the reply of a script that looks at its deadline first.
   *
   * @throws BackendException where it came too late and did nothing
   */
  static Object inTime(Object reply) {
    if (text(reply).equals("LATE")) {
      throw new BackendException("Redis came to it too late");
    }
    return reply;
  }

  private void run() {
    long backOffNanos = MIN_BACK_OFF_NANOS;
    Level first = Level.WARNING; // told once, not again at each attempt
    while (!closed) {
      try (Connection connection = ready.isPresent() ? ready.get() : reconnect()) {
        ready = Optional.empty();
        first = Level.WARNING;
        backOffNanos = MIN_BACK_OFF_NANOS;
        serve(connection);
      } catch (JedisException e) {
        LOG.log(first, "{0} is away: {1}", address, reason(e));
        first = Level.DEBUG;
      } catch (Throwable defect) {
        LOG.log(Level.ERROR, "the link to Redis failed", defect);
      }
      ready = Optional.empty();
      queue.removeIf(call -> call.reply().isDone()); // its caller has given up
      LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(backOffNanos / 2, backOffNanos));
      backOffNanos = Math.min(backOffNanos * 2, MAX_BACK_OFF_NANOS);
    }
  }

  private Connection reconnect() {
    Connection connection = connect();
    LOG.log(Level.INFO, "connected to {0} again", address);
    Thread.ofVirtual().name("redis-up").start(onUp);
    return connection;
  }

  private void serve(Connection connection) {
    List<Call> batch = new ArrayList<>();
    while (!closed) {
      try {
        gather(batch);
        if (!batch.isEmpty()) {
          exchange(connection, batch);
        }
      } catch (InterruptedException stop) {
        return;
      } finally {
        BackendException lost = new BackendException("the connection was lost");
        batch.forEach(call -> call.reply().completeExceptionally(lost)); // no-op where it is done
        batch.clear();
      }
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

  private static void exchange(Connection connection, List<Call> batch) {
    for (Call call : batch) {
      connection.sendCommand(call.command());
    }
    List<Object> replies = connection.getMany(batch.size());
    for (int i = 0; i < replies.size(); i++) {
      finish(connection, batch.get(i), replies.get(i));
    }
  }

  private static void finish(Connection connection, Call call, Object reply) {
    if (reply instanceof JedisNoScriptException && call.withText().isPresent()) {
      connection.sendCommand(
          call.withText().get().get()); // Redis was restarted, and learns it again
      finish(connection, call, connection.getMany(1).getFirst());
    } else if (reply instanceof JedisException error) {
      call.reply().completeExceptionally(error);
    } else {
      call.reply().complete(reply);
    }
  }

  /** Returns what was at the beginning of a failure. */
  static String reason(Throwable failure) {
    Throwable cause = failure.getCause();
    return cause == null ? String.valueOf(failure.getMessage()) : reason(cause);
  }

  /** Returns a bulk reply as text. */
  static String text(Object reply) {
    return reply instanceof byte[] bytes
        ? new String(bytes, StandardCharsets.UTF_8)
        : String.valueOf(reply);
  }

  /** Returns an array reply of texts. */
  static List<String> texts(Object reply) {
    return list(reply).stream().map(RedisLink::text).toList();
  }

  /** Returns an array reply. */
  static List<?> list(Object reply) {
    return reply instanceof List<?> list ? list : List.of();
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
