package agentcore.core.backend;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
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
  HINT,
  TELL,
  TAKE,
  CREATE,
  ADMIT,
  CLOSE,
  FORGET,
  INVITE,
  BEAT;

  private final Rawable text;
  private final Rawable sha;

  RedisScript() {
    String resource = "/agentcore/redis/" + name().toLowerCase(java.util.Locale.ROOT) + ".lua";
    try (InputStream in = RedisScript.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("missing resource " + resource);
      }
      byte[] bytes = in.readAllBytes();
      text = RawableFactory.from(bytes);
      byte[] digest = MessageDigest.getInstance("SHA-1").digest(bytes);
      sha = RawableFactory.from(HexFormat.of().formatHex(digest));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-1", e);
    }
  }

  /** Returns a call by the script's digest: cheap, but a restarted Redis does not know it. */
  CommandArguments bySha(List<String> keys, List<?> arguments) {
    return call(Command.EVALSHA, sha, keys, arguments);
  }

  /** Returns a call that brings the script along. */
  CommandArguments byText(List<String> keys, List<?> arguments) {
    return call(Command.EVAL, text, keys, arguments);
  }

  private static CommandArguments call(
      Command command, Rawable script, List<String> keys, List<?> arguments) {
    CommandArguments call = new CommandArguments(command).add(script).add(keys.size());
    keys.forEach(call::add);
    arguments.forEach(call::add);
    return call;
  }
}
