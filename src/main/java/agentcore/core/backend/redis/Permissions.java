package agentcore.core.backend.redis;

import agentcore.core.backend.redis.link.Failure;
import agentcore.core.backend.redis.link.Script;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.commands.ProtocolCommand;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The rights that the user of Redis needs: to these commands, alone or in a script, and to the keys
 * and channels that begin with the prefix.
 *
 * <p>The check runs each command once, on keys that nothing else uses and that are gone afterwards.
 */
final class Permissions {
  private static final String KEY = "KEY:";
  private static final String CHANNEL = "CHANNEL";
  private static final Pattern COMMAND = Pattern.compile("run the '([^']+)'");

  /** Every command that the backend or one of its scripts uses, with harmless arguments. */
  private static final List<String> COMMANDS =
      List.of(
          "TIME",
          "HSET KEY:h f 1",
          "HGET KEY:h f",
          "HMGET KEY:h f",
          "HGETALL KEY:h",
          "HEXISTS KEY:h f",
          "HINCRBY KEY:h f 1",
          "HLEN KEY:h",
          "HVALS KEY:h",
          "HDEL KEY:h f",
          "SADD KEY:s m",
          "SISMEMBER KEY:s m",
          "SMEMBERS KEY:s",
          "SCARD KEY:s",
          "SREM KEY:s m",
          "ZADD KEY:z 1 m",
          "ZSCORE KEY:z m",
          "ZRANGEBYSCORE KEY:z 0 1",
          "ZREMRANGEBYRANK KEY:z 1 1",
          "ZREM KEY:z m",
          "XADD KEY:x 1-0 f v",
          "XRANGE KEY:x - +",
          "XREVRANGE KEY:x + -",
          "SET KEY:k 1 NX PX 10000",
          "EXPIRE KEY:x 10",
          "PEXPIRE KEY:x 10000",
          "SPUBLISH CHANNEL 1",
          "DEL KEY:h KEY:s KEY:z KEY:x KEY:k");

  private Permissions() {}

  /**
   * Returns the missing rights as ACL SETUSER writes them. The connection is of no use for commands
   * afterwards.
   *
   * @param partition one that is in a slot of the server
   * @throws JedisException if Redis does not answer, or refuses for another reason
   */
  static Set<String> missing(Keys keys, int partition, Connection connection) {
    String key = keys.check(UUID.randomUUID().toString(), partition);
    String channel = keys.probe("check", partition);
    for (String command : COMMANDS) {
      String[] words = command.split(" ");
      String[] arguments =
          Stream.of(words)
              .skip(1)
              .map(word -> word.startsWith(KEY) ? key + ':' + word.substring(KEY.length()) : word)
              .map(word -> word.equals(CHANNEL) ? channel : word)
              .toArray(String[]::new);
      connection.sendCommand(Command.valueOf(words[0]), arguments);
    }
    connection.sendCommand(Script.WRITABLE.withSource(List.of(), List.of()));
    connection.sendCommand(Script.WRITABLE.byDigest(List.of(), List.of()));
    connection.sendCommand((ProtocolCommand) Command.SSUBSCRIBE, channel);
    Set<String> missing = new TreeSet<>();
    for (Object reply : connection.getMany(COMMANDS.size() + 3)) {
      if (reply instanceof JedisException error) {
        if (Failure.of(error) != Failure.NOPERM) {
          throw error;
        }
        missing.add(name(keys, error));
      }
    }
    return missing;
  }

  private static String name(Keys keys, JedisException error) {
    String message = String.valueOf(error.getMessage());
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
