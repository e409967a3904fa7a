package five;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import five.Chat.ClientException;
import five.Chat.Connection;
import five.Room.Appended;
import five.Room.Entry;
import five.Room.Position;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A room that several servers share. Redis keeps its log, and publishes each message as a hint; the
 * {@link Room} of each server follows the log.
 *
 * <p>A server has two connections to Redis. Any thread sends a command on the first, one after the
 * other. The subscriber waits for hints on the second. Whatever is published while it is not
 * connected is lost, so after each connect the room reads what the log has.
 */
public final class RedisBackend implements Chat.Backend {
  /**
   * Redis runs one script at a time, so messages are published in the order of the log. KEYS:
   * epoch, seq, the sender's key, log. ARGV: channel, message, new epoch, whether there is a key.
   */
  private static final String APPEND =
      """
      local before = redis.call('GET', KEYS[3])
      if before then return {before, 1} end
      redis.call('SET', KEYS[1], ARGV[3], 'NX')
      local epoch, seq = redis.call('GET', KEYS[1]), redis.call('INCR', KEYS[2])
      local entry = '{"epoch":"' .. epoch .. '","seq":' .. seq .. ',"event":' .. ARGV[2] .. '}'
      redis.call('XADD', KEYS[4], 'MAXLEN', 1000, seq .. '-0', 'entry', entry)
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
  private final CountDownLatch opened = new CountDownLatch(1);
  private final Room room = new Room(this);
  private volatile Optional<Jedis> commands = Optional.empty();
  private volatile Optional<Jedis> subscription = Optional.empty();
  private volatile boolean isClosed;

  private RedisBackend(URI url, String prefix) {
    this.url = url;
    this.prefix = prefix;
  }

  /** Subscribes to a room, and returns when the messages of other servers arrive. */
  public static RedisBackend open(String url, String prefix) throws InterruptedException {
    RedisBackend backend = new RedisBackend(URI.create(url), prefix);
    Thread.ofVirtual().name("subscriber").start(backend::subscribe);
    backend.opened.await();
    return backend;
  }

  @Override
  public void enter(Connection member, JsonObject welcome, Optional<Position> since)
      throws IOException {
    room.enter(member, welcome, since);
  }

  @Override
  public void leave(Connection member) {
    room.leave(member);
  }

  @Override
  public void publish(JsonObject notice) throws IOException {
    call(jedis -> jedis.publish(prefix + "channel", "{\"notice\":" + notice + "}"));
  }

  @Override
  public Appended append(JsonObject message, String key) throws ClientException, IOException {
    List<String> keys =
        List.of(prefix + "epoch", prefix + "seq", prefix + "key:" + key, prefix + "log");
    List<String> args =
        List.of(prefix + "channel", message.toString(), newEpoch(), "" + !key.isEmpty());
    List<?> reply = (List<?>) call(jedis -> jedis.eval(APPEND, keys, args));
    Entry entry = entry(json((String) reply.get(0)));
    return reply.get(1).equals(1L) ? Room.duplicate(entry, message) : new Appended(entry, false);
  }

  private static String newEpoch() {
    return UUID.randomUUID().toString();
  }

  /** Returns the newest position in the log. */
  Position end() throws IOException {
    List<String> keys = List.of(prefix + "epoch", prefix + "seq");
    List<?> reply = (List<?>) call(jedis -> jedis.eval(END, keys, List.of(newEpoch())));
    return new Position((String) reply.get(0), Long.parseLong((String) reply.get(1)));
  }

  /** Returns the messages after a number, except those that the log has dropped. */
  List<Entry> after(long seq) throws IOException {
    return call(jedis -> jedis.xrange(prefix + "log", "(" + seq + "-0", "+")).stream()
        .map(each -> entry(json(each.getFields().get("entry"))))
        .toList();
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
        room.readOn(); // from here on every hint arrives, until the connection is lost
        opened.countDown();
      } catch (IOException e) {
        throw new JedisException(e);
      }
    }

    @Override
    public void onMessage(String channel, String text) {
      JsonObject json = json(text);
      if (json.has("notice")) {
        room.publish(json.getAsJsonObject("notice"));
      } else {
        try {
          room.deliver(entry(json));
        } catch (IOException e) {
          System.out.println(e.getMessage() + "; the room reads on with the next hint");
        }
      }
    }
  }

  private static JsonObject json(String text) {
    return JsonParser.parseString(text).getAsJsonObject();
  }

  private static Entry entry(JsonObject json) {
    String epoch = json.get("epoch").getAsString();
    Position position = new Position(epoch, json.get("seq").getAsLong());
    return new Entry(position, json.getAsJsonObject("event"));
  }

  @Override
  public void close() {
    isClosed = true;
    subscription.ifPresent(Jedis::close);
    commands.ifPresent(Jedis::close);
  }
}
