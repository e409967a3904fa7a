package agentcore.core.backend.redis;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.redis.cluster.Topology;
import agentcore.core.backend.redis.cluster.TopologySource;
import agentcore.core.backend.redis.link.Failure;
import agentcore.core.backend.redis.link.Node;
import agentcore.core.backend.redis.link.RedisUrl;
import agentcore.core.backend.redis.link.Reply;
import agentcore.core.backend.redis.link.Script;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.commands.ProtocolCommand;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Checks whether a store has everything that a server needs: all hash slots, and the rights to
 * these commands, alone or in a script, and to the keys and channels that begin with the prefix.
 *
 * <p>The check runs each command once, on keys that nothing else uses and that are gone afterwards.
 */
final class StoreCheck {
  private static final Pattern COMMAND = Pattern.compile("run the '([^']+)'");

  /** Every command that the backend or one of its scripts uses, with harmless arguments. */
  private static final String COMMANDS =
      """
      TIME; SPUBLISH CHANNEL 1; SET KEY:k 1 NX PX 10000
      HSET KEY:h f 1; HGET KEY:h f; HMGET KEY:h f; HGETALL KEY:h; HEXISTS KEY:h f
      HINCRBY KEY:h f 1; HLEN KEY:h; HVALS KEY:h; HDEL KEY:h f
      SADD KEY:s m; SISMEMBER KEY:s m; SMEMBERS KEY:s; SCARD KEY:s; SREM KEY:s m
      ZADD KEY:z 1 m; ZSCORE KEY:z m; ZRANGEBYSCORE KEY:z 0 1
      ZREMRANGEBYRANK KEY:z 1 1; ZREM KEY:z m
      XADD KEY:x 1-0 f v; XRANGE KEY:x - +; XREVRANGE KEY:x + -
      EXPIRE KEY:x 10; PEXPIRE KEY:x 10000; DEL KEY:h KEY:s KEY:z KEY:x KEY:k
      """;

  private final RedisUrl url;
  private final Keys keys;
  private final Partitions partitions;

  StoreCheck(RedisUrl url, Keys keys) {
    this.url = url;
    this.keys = keys;
    this.partitions = new Partitions(keys);
  }

  /**
   * Connects to every server of the store, and describes what was found.
   *
   * @throws BackendException that names what is missing, after some seconds at most
   */
  List<String> report() {
    TopologySource source = TopologySource.of(url);
    Topology topology = source.askFirst(url);
    Set<String> missing = new TreeSet<>();
    for (Node primary : topology.primaries()) {
      IntPredicate isHere = slot -> topology.owner(slot).equals(Optional.of(primary));
      missing.addAll(missingRights(primary, isHere));
    }
    throwIfMissing(missing);
    if (topology.covered() < Topology.SLOTS) {
      throw new BackendException(
          url.server()
              + " serves only "
              + topology.covered()
              + " of "
              + Topology.SLOTS
              + " hash slots");
    }
    return source.describe(topology);
  }

  /**
   * Checks the rights at one primary.
   *
   * @param slots the slots of the primary
   * @throws BackendException that names the missing rights
   */
  void checkRights(Node primary, IntPredicate slots) {
    throwIfMissing(missingRights(primary, slots));
  }

  private void throwIfMissing(Set<String> missing) {
    if (!missing.isEmpty()) {
      throw new BackendException(
          url.server() + " does not give its user these rights: " + String.join(" ", missing));
    }
  }

  private Set<String> missingRights(Node primary, IntPredicate slots) {
    int partition = partitions.in(slots).nextSetBit(0);
    if (partition < 0) {
      return Set.of();
    }
    try (Connection connection = primary.connect()) {
      return missingRights(partition, connection);
    } catch (JedisException e) {
      throw new BackendException(primary.server() + " cannot be used: " + Reply.reason(e), e);
    }
  }

  /** Returns the missing rights as ACL SETUSER writes them. */
  private Set<String> missingRights(int partition, Connection connection) {
    String key = keys.check(UUID.randomUUID().toString(), partition);
    String channel = keys.probe("check", partition);
    String[] commands = COMMANDS.strip().split("; |\n");
    for (String command : commands) {
      String[] words = command.split(" ");
      String[] arguments =
          Stream.of(words)
              .skip(1)
              .map(word -> word.equals("CHANNEL") ? channel : word.replace("KEY", key))
              .toArray(String[]::new);
      connection.sendCommand(Command.valueOf(words[0]), arguments);
    }
    connection.sendCommand(Script.WRITABLE.withSource(List.of(), List.of()));
    connection.sendCommand(Script.WRITABLE.byDigest(List.of(), List.of()));
    connection.sendCommand((ProtocolCommand) Command.SSUBSCRIBE, channel); // no command may follow
    Set<String> missing = new TreeSet<>();
    for (Object reply : connection.getMany(commands.length + 3)) {
      if (reply instanceof JedisException error) {
        if (Failure.of(error) != Failure.NOPERM) {
          throw error;
        }
        missing.add(right(String.valueOf(error.getMessage())));
      }
    }
    return missing;
  }

  private String right(String message) {
    Matcher command = COMMAND.matcher(message);
    if (command.find()) {
      return "+" + command.group(1);
    }
    if (message.contains("channel")) {
      return "&" + keys.prefix() + "*";
    }
    return message.contains("key") ? "~" + keys.prefix() + "*" : message;
  }
}
