package agentcore.core.backend.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.args.Rawable;
import redis.clients.jedis.args.RawableFactory;

/** The scripts, each a resource that says at its head what its keys and arguments are. */
enum RedisScript {
  PUBLISH,
  OPEN,
  READ,
  JOIN,
  LEAVE,
  VERIFY,
  HINT,
  TELL,
  TAKE,
  CREATE,
  ADMIT,
  CLOSE,
  FORGET,
  INVITE,
  BEAT,
  WRITABLE;

  private final String source;
  private final Text text;

  RedisScript() {
    String resource = "/agentcore/redis/" + name().toLowerCase(Locale.ROOT) + ".lua";
    try (InputStream in = RedisScript.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("missing resource " + resource);
      }
      source = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      text = new Text(source);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Text text() {
    return text;
  }

  /** Returns the same script under a digest that depends on the name. */
  Text named(String name) {
    return new Text(source + "-- " + name.replace('\n', ' ') + '\n');
  }

  /** A script's text, and the digest by which a Redis that has seen the text knows it. */
  static final class Text {
    private final Rawable whole;
    private final Rawable sha;

    private Text(String source) {
      byte[] bytes = source.getBytes(StandardCharsets.UTF_8);
      whole = RawableFactory.from(bytes);
      try {
        byte[] digest = MessageDigest.getInstance("SHA-1").digest(bytes);
        sha = RawableFactory.from(HexFormat.of().formatHex(digest));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java has SHA-1", e);
      }
    }

    /** Returns the digest in hexadecimal digits. */
    String shaText() {
      return new String(sha.getRaw(), StandardCharsets.US_ASCII);
    }

    /** Returns a call by the script's digest: cheap, but a restarted Redis does not know it. */
    CommandArguments bySha(List<String> keys, List<?> arguments) {
      return call(Command.EVALSHA, sha, keys, arguments);
    }

    /** Returns a call that brings the script along. */
    CommandArguments whole(List<String> keys, List<?> arguments) {
      return call(Command.EVAL, whole, keys, arguments);
    }

    private static CommandArguments call(
        Command command, Rawable script, List<String> keys, List<?> arguments) {
      CommandArguments call = new CommandArguments(command).add(script).add(keys.size());
      keys.forEach(call::add);
      arguments.forEach(call::add);
      return call;
    }
  }
}
