package agentcore.core.backend.redis.link;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.redis.link.Failure.Recovery;
import agentcore.core.backend.redis.link.Health.Side;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * One connection to a primary for the commands of all threads.
 *
 * <p>Callers put their commands into a queue and wait. One thread sends all that are queued, reads
 * the replies and completes the calls. So a command costs a share of a round trip, and the commands
 * of one caller run in the order in which it submitted them.
 *
 * <p>Invariant: a command whose caller has given up is not sent. The queue is bounded: when it is
 * full, {@link #submit} fails at once.
 *
 * <p>In a cluster the link has some of the hash slots. If a slot has moved, its calls are put back,
 * and its listener gives the slot to another link with all its waiting calls. While a slot is being
 * moved (ASK, TRYAGAIN), its calls stay here and are sent again after a short while, until their
 * callers give up.
 *
 * <p>After an error with {@link Recovery#RECONNECT} the connection is closed, because its address
 * may lead to another Redis now; queued commands wait for the next one.
 */
public final class CommandLink implements AutoCloseable {
  private static final int MAX_QUEUE = 16 * 1024;
  private static final int MAX_BATCH = 512;

  /** Even a slow Redis answers this many calls in time. */
  private static final int CROWDED = MAX_BATCH;

  private static final long IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** How long the calls of a slot that is moving wait before they are sent again. */
  private static final long HOLD_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final Node node;
  private final Health health;
  private final LinkListener listener;
  private final RedisClock clock;
  private final CallQueue queue = new CallQueue(MAX_QUEUE);
  private final RepeatingThread thread =
      new RepeatingThread("redis-commands", this::connectAndServe);
  private final CompletableFuture<Object> firstAttempt = new CompletableFuture<>();
  private volatile Connection connection = new Connection(); // not connected
  private volatile long connectedNanos;
  private volatile boolean isUp;
  private volatile boolean isMisled;

  /**
   * Creates a link that is not connected and has no slots.
   *
   * @param clockOffsetMillis assumed until the node has reported its time
   */
  public CommandLink(Node node, Health health, long clockOffsetMillis, LinkListener listener) {
    this.node = node;
    this.health = health;
    this.clock = new RedisClock(clockOffsetMillis);
    this.listener = listener;
  }

  /** Starts to connect, and to reconnect after each loss. */
  public void start() {
    thread.start();
  }

  /**
   * Waits for the first attempt to connect.
   *
   * @throws BackendException if it failed
   */
  public void awaitConnected() {
    try {
      Object unused = Reply.await(firstAttempt.copy(), Reply.TIMEOUT.multipliedBy(2));
    } catch (BackendException failed) {
      throw new BackendException(
          node.server() + " is not reachable: " + Reply.reason(failed), failed);
    }
  }

  private Connection connect() {
    Connection fresh = node.connect();
    try {
      fresh.sendCommand(Command.TIME);
      clock.set(fresh.getBinaryMultiBulkReply());
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
      Node.checkWritable(fresh);
    } catch (JedisException e) {
      if (Failure.of(e).recovery() == Recovery.RECONNECT) {
        throw e;
      }
      Failure unused = health.failed(Side.COMMANDS, e);
    }
  }

  /** Returns the node. */
  public Node node() {
    return node;
  }

  /** Returns the clock of the primary. */
  public RedisClock clock() {
    return clock;
  }

  /** Returns how long the link has been connected. */
  public Duration connectedFor() {
    return Duration.ofNanos(System.nanoTime() - connectedNanos);
  }

  /** Returns whether the link is connected. */
  public boolean isUp() {
    return isUp;
  }

  /** Queues a command that needs no slot, whose reply {@link Reply#await} returns. */
  public CompletableFuture<Object> submitHere(Command command, Object... arguments) {
    Call call = Call.of(Call.ANY_SLOT, command, arguments);
    boolean unused = submit(call);
    return call.reply();
  }

  /**
   * Queues a call, or fails it if the queue is full.
   *
   * @return false if another link has the call's slot
   */
  public boolean submit(Call call) {
    switch (queue.offer(call)) {
      case ELSEWHERE -> {
        return false;
      }
      case FULL -> call.fail("the queue of commands for Redis is full");
      case ACCEPTED -> {
        if (thread.isClosed()) {
          failQueued();
        }
      }
    }
    return true;
  }

  private void failQueued() {
    queue.drain().forEach(call -> call.fail("the link to Redis is closed"));
  }

  /**
   * Returns whether so many calls are queued that callers should wait for a reply before adding
   * more.
   */
  public boolean isCrowded() {
    return queue.size() > CROWDED;
  }

  /** Closes the connection and connects again, because it leads to the wrong Redis. */
  public void reconnect() {
    isMisled = true;
  }

  /** Ends an exchange that has lasted longer than {@code time}: its node may be unreachable. */
  public void cutIfSilentFor(Duration time) {
    if (queue.exchangeNanos() > time.toNanos()) {
      isMisled = true;
      Node.cut(connection);
    }
  }

  /**
   * Gives slots away with their waiting calls.
   *
   * @return empty if the link keeps the slots because another thread is exchanging calls
   */
  public Optional<List<Call>> release(BitSet moved) {
    return queue.release(moved, thread.isCurrent());
  }

  /** Takes slots over with their waiting calls. */
  public void adopt(BitSet moved, List<Call> waiting) {
    queue.adopt(moved, waiting);
    if (thread.isClosed()) {
      failQueued();
    }
  }

  private void connectAndServe() {
    try (Connection current = connectAgain()) {
      serve(current);
    } catch (JedisException e) {
      lost(e);
    } catch (ClassCastException
        | NumberFormatException
        | IndexOutOfBoundsException e) { // a reply to another request
      lost(new JedisConnectionException(e));
    } finally {
      isUp = false;
    }
    queue.removeAbandoned();
    thread.backOff(connectedFor());
  }

  private void lost(JedisException e) {
    if (!firstAttempt.completeExceptionally(e) && !thread.isClosed()) {
      Failure unused = health.failed(Side.COMMANDS, e);
    }
    listener.failed();
  }

  private Connection connectAgain() {
    connectedNanos = System.nanoTime();
    connection = connect();
    isMisled = false;
    isUp = true; // before anybody learns that the attempt has succeeded
    health.ended(Recovery.RECONNECT, Side.COMMANDS);
    if (!firstAttempt.complete(true)) {
      Thread.ofVirtual().name("redis-reconnected").start(listener::reconnected);
    }
    return connection;
  }

  private void serve(Connection current) {
    while (!thread.isClosed() && !isMisled) {
      List<Call> unanswered = List.of();
      try {
        unanswered = queue.take(MAX_BATCH, IDLE_NANOS);
        if (!unanswered.isEmpty()) {
          exchange(current, unanswered);
          unanswered = List.of();
        }
      } catch (InterruptedException stop) {
        return;
      } finally {
        unanswered.forEach(call -> call.fail("the connection to Redis was lost"));
        queue.exchangeFinished();
      }
    }
    if (isMisled) {
      listener.misled();
    }
  }

  private void exchange(Connection current, List<Call> batch) {
    List<Object> replies = Call.exchange(current, batch);
    Redirections redirections = new Redirections();
    for (int i = 0; i < replies.size(); i++) {
      Call call = batch.get(i);
      if (!(replies.get(i) instanceof JedisException error)) {
        call.reply().complete(replies.get(i));
      } else if (!redirections.note(call, error)) {
        note(error);
        call.reply().completeExceptionally(error);
      }
    }
    if (!redirections.again.isEmpty()) {
      queue.putBack(redirections.again);
      queue.hold(redirections.moving, HOLD_NANOS);
      listener.moved(redirections.moved);
      listener.failed();
    }
  }

  private void note(JedisException error) {
    boolean isMoving = Failure.of(error) == Failure.MOVING;
    Failure failure = isMoving ? Failure.MOVING : health.failed(Side.COMMANDS, error);
    if (failure.recovery() == Recovery.RECONNECT) {
      isMisled = true;
    }
    if (isMoving || failure == Failure.CLUSTERDOWN || isMisled) {
      listener.failed();
    }
  }

  @Override
  public void close() {
    thread.close();
    failQueued();
    Node.cut(connection);
  }
}
