package four;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import four.Chat.ClientException;
import four.Chat.Connection;
import four.Room.Appended;
import four.Room.Entry;
import four.Room.Position;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A room that several servers share. Redis numbers each message and publishes it; each server adds
 * what it receives to its own {@link Room}.
 *
 * <p>A server has two connections to Redis. Any thread sends a command on the first, one after the
 * other. The subscriber waits for messages on the second.
 */
public final class RedisBackend implements Chat.Backend {
  /**
   * Redis runs one script at a time, so messages are published in the order of their numbers. KEYS:
   * epoch, seq, the sender's key. ARGV: channel, message, new epoch, whether there is a key.
   */
  private static final String APPEND =
      """
      local before = redis.call('GET', KEYS[3])
      if before then return {before, 1} end
      redis.call('SET', KEYS[1], ARGV[3], 'NX')
      local epoch, seq = redis.call('GET', KEYS[1]), redis.call('INCR', KEYS[2])
      local entry = '{"epoch":"' .. epoch .. '","seq":' .. seq .. ',"event":' .. ARGV[2] .. '}'
      if ARGV[4] == 'true' then redis.call('SET', KEYS[3], entry, 'EX', 300) end
      redis.call('PUBLISH', ARGV[1], entry)
      return {entry, 0}
      """;

  /** Returns the end of the log. KEYS: epoch, seq. ARGV: new epoch. */
  private static final String END =
      """
      redis.call('SET', KEYS[1], ARGV[1], 'NX')
      return {redis.call('GET', KEYS[1]), redis.call('GET', KEYS[2]) or '0'}
      """;

  private final URI url;
  private final String prefix;
  private final ReentrantLock lock = new ReentrantLock();
  private final CompletableFuture<Room> opened = new CompletableFuture<>();
  private volatile Optional<Jedis> commands = Optional.empty();
  private volatile Optional<Jedis> subscription = Optional.empty();
  private volatile boolean isClosed;

  private RedisBackend(URI url, String prefix) {
    this.url = url;
    this.prefix = prefix;
  }

  /** Subscribes to a room, and returns when the messages of other servers arrive. */
  public static RedisBackend open(String url, String prefix) {
    RedisBackend backend = new RedisBackend(URI.create(url), prefix);
    Thread.ofVirtual().name("subscriber").start(backend::subscribe);
    backend.opened.join();
    return backend;
  }

  private Room room() {
    return opened.join();
  }

  @Override
  public void enter(Connection member, JsonObject welcome, Optional<Position> since) {
    room().enter(member, welcome, since);
  }

  @Override
  public void leave(Connection member) {
    room().leave(member);
  }

  @Override
  public void publish(JsonObject notice) throws IOException {
    call(jedis -> jedis.publish(prefix + "channel", "{\"notice\":" + notice + "}"));
  }

  @Override
  public Appended append(JsonObject message, String key) throws ClientException, IOException {
    List<String> keys = List.of(prefix + "epoch", prefix + "seq", prefix + "key:" + key);
    List<String> args =
        List.of(prefix + "channel", message.toString(), newEpoch(), "" + !key.isEmpty());
    List<?> reply = (List<?>) call(jedis -> jedis.eval(APPEND, keys, args));
    Entry entry = entry(json((String) reply.get(0)));
    return reply.get(1).equals(1L) ? Room.duplicate(entry, message) : new Appended(entry, false);
  }

  private static String newEpoch() {
    return UUID.randomUUID().toString();
  }

  private Position end() throws IOException {
    List<String> keys = List.of(prefix + "epoch", prefix + "seq");
    List<?> reply = (List<?>) call(jedis -> jedis.eval(END, keys, List.of(newEpoch())));
    return new Position((String) reply.get(0), Long.parseLong((String) reply.get(1)));
  }

  /** Runs a command. A connection that fails is replaced by the next command. */
  private <T> T call(Function<Jedis, T> command) throws IOException {
    lock.lock();
    try {
      if (commands.isEmpty()) {
        commands = Optional.of(new Jedis(url));
      }
      return command.apply(commands.get());
    } catch (JedisException e) {
      disconnect();
      throw new IOException("Redis: " + e.getMessage(), e);
    } finally {
      lock.unlock();
    }
  }

  private void disconnect() {
    commands.ifPresent(Jedis::close);
    commands = Optional.empty();
  }

  /** Receives what is published. When the connection is lost, connects again. */
  private void subscribe() {
    while (!isClosed) {
      try (Jedis jedis = new Jedis(url)) {
        subscription = Optional.of(jedis);
        jedis.subscribe(new Subscriber(), prefix + "channel");
      } catch (JedisException lost) {
        System.out.println("Redis: " + lost.getMessage());
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
      }
    }
  }

  private final class Subscriber extends JedisPubSub {
    @Override
    public void onSubscribe(String channel, int channels) {
      try {
        if (!opened.isDone()) {
          opened.complete(new Room(end())); // from here on every message arrives
        }
      } catch (IOException e) {
        throw new JedisException(e);
      }
    }

    @Override
    public void onMessage(String channel, String text) {
      JsonObject json = json(text);
      if (json.has("notice")) {
        room().publish(json.getAsJsonObject("notice"));
      } else {
        room().deliver(entry(json));
      }
    }
  }

  private static JsonObject json(String text) {
    return JsonParser.parseString(text).getAsJsonObject();
  }

  private static Entry entry(JsonObject json) {
    String epoch = json.get("epoch").getAsString();
    Position position = new Position(epoch, json.get("seq").getAsLong());
    return new Entry(position, "", json.getAsJsonObject("event"));
  }

  @Override
  public void close() {
    isClosed = true;
    subscription.ifPresent(Jedis::close);
    commands.ifPresent(Jedis::close);
  }
}
