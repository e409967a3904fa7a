package five;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import five.Chat.Connection;
import five.Room.Position;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A room that several servers share. Redis keeps its log, and publishes each message as a hint; the
 * {@link Room} of each server follows the log.
 *
 * <p>A thread of its own, the subscriber, waits for hints. Whatever is published while it is not
 * connected is lost, so after each connect the room reads what the log has. A command is sent on a
 * new connection by the thread that needs it.
 */
public final class RedisBackend extends JedisPubSub implements Chat.Backend, AutoCloseable {
  /**
   * Numbers a message, appends it to the log, publishes it and returns it. Redis runs one script at
   * a time, so messages are published in the order of the log. KEYS: epoch, seq, the sender's key,
   * log. ARGV: a new epoch, the message, the channel.
   */
  private static final String APPEND =
      """
      local before = redis.call('GET', KEYS[3])
      if before then return before end
      redis.call('SET', KEYS[1], ARGV[1], 'NX')
      local epoch, seq = redis.call('GET', KEYS[1]), redis.call('INCR', KEYS[2])
      local position = ',"epoch":"' .. epoch .. '","seq":' .. seq .. '}'
      local message = string.sub(ARGV[2], 1, -2) .. position -- instead of the last brace
      redis.call('XADD', KEYS[4], 'MAXLEN', 500, seq .. '-0', 'message', message)
      redis.call('SET', KEYS[3], message, 'EX', 300)
      redis.call('PUBLISH', ARGV[3], message)
      return message
      """;

  /** Returns the end of the log. KEYS: epoch, seq. ARGV: a new epoch. */
  private static final String END =
      """
      redis.call('SET', KEYS[1], ARGV[1], 'NX')
      return {redis.call('GET', KEYS[1]), redis.call('GET', KEYS[2]) or '0'}
      """;

  private final String url;
  private final String prefix;

  /** Exists from the first subscription on, since only Redis knows where its log ends. */
  private final CompletableFuture<Room> room = new CompletableFuture<>();

  private final Thread subscriber = Thread.ofVirtual().name("subscriber").unstarted(this::follow);

  private RedisBackend(String url, String prefix) {
    this.url = url;
    this.prefix = prefix;
  }

  /**
   * Subscribes to a room, and returns when the messages of other servers arrive.
   *
   * @param prefix begins the names of all values of the room in Redis
   */
  public static RedisBackend open(String url, String prefix) {
    RedisBackend backend = new RedisBackend(url, prefix);
    backend.call(Jedis::ping); // throws an exception if there is no Redis
    backend.subscriber.start();
    backend.room.join();
    return backend;
  }

  @Override
  public void enter(Connection member, JsonObject welcome) {
    room.join().enter(member, welcome);
  }

  @Override
  public void leave(Connection member) {
    room.join().leave(member);
  }

  @Override
  public void publish(JsonObject notice) {
    call(jedis -> jedis.publish(prefix + "channel", notice.toString()));
  }

  @Override
  public JsonObject append(JsonObject message, String key) {
    List<String> keys =
        List.of(prefix + "epoch", prefix + "seq", prefix + "key:" + key, prefix + "log");
    List<String> args = List.of(newEpoch(), message.toString(), prefix + "channel");
    return json((String) call(jedis -> jedis.eval(APPEND, keys, args)));
  }

  /** Returns the position of the last message in the log. */
  Position end() {
    List<String> keys = List.of(prefix + "epoch", prefix + "seq");
    List<?> end = (List<?>) call(jedis -> jedis.eval(END, keys, List.of(newEpoch())));
    return new Position((String) end.get(0), Long.parseLong((String) end.get(1)));
  }

  /** Returns the messages after a seq, except those that the log has dropped. */
  List<JsonObject> after(long seq) {
    return call(jedis -> jedis.xrange(prefix + "log", "(" + seq + "-0", "+")).stream()
        .map(entry -> json(entry.getFields().get("message")))
        .toList();
  }

  private static String newEpoch() {
    return UUID.randomUUID().toString(); // it is used only if Redis has none
  }

  private static JsonObject json(String text) {
    return JsonParser.parseString(text).getAsJsonObject();
  }

  private <T> T call(Function<Jedis, T> command) {
    try (Jedis jedis = new Jedis(url)) {
      return command.apply(jedis);
    } catch (JedisException e) {
      throw new UncheckedIOException("Redis: " + e.getMessage(), new IOException(e));
    }
  }

  /** Runs in the subscriber. When the connection is lost, subscribes again. */
  private void follow() {
    while (!subscriber.isInterrupted()) {
      try (Jedis jedis = new Jedis(url)) {
        // Calls onSubscribe and onMessage on this thread, and returns only by an exception.
        jedis.subscribe(this, prefix + "channel");
      } catch (JedisException | UncheckedIOException lost) {
        System.out.println("Redis: " + lost.getMessage());
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
      }
    }
  }

  @Override
  public void onSubscribe(String channel, int channels) {
    if (!room.isDone()) {
      room.complete(new Room(this));
    }
    room.join().readOn(); // from here on every hint arrives, until the connection is lost
  }

  @Override
  public void onMessage(String channel, String text) {
    JsonObject event = json(text);
    if (event.has("seq")) {
      room.join().deliver(event);
    } else {
      room.join().publish(event);
    }
  }

  @Override
  public void close() {
    subscriber.interrupt(); // closes its connection, too
  }
}
