package agentcore.core.backend.redis.link;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.args.Rawable;
import redis.clients.jedis.args.RawableFactory;

/** A Lua script, and the digest by which a Redis that has loaded it calls it. */
public final class Script {
  /** Writes nothing, and yet fails where Redis refuses writes. */
  public static final Script WRITABLE = load("writable");

  static final Script NONE = new Script("");

  private final String source;
  private final Rawable sourceBytes;
  private final String digest;
  private final Rawable digestBytes;

  private Script(String source) {
    this.source = source;
    byte[] bytes = source.getBytes(StandardCharsets.UTF_8);
    sourceBytes = RawableFactory.from(bytes);
    try {
      digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-1", e);
    }
    digestBytes = RawableFactory.from(digest);
  }

  /** Reads a script from the resources; its keys and arguments are described at its head. */
  public static Script load(String name) {
    String resource = "/agentcore/redis/" + name + ".lua";
    try (InputStream in = Script.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("missing resource " + resource);
      }
      return new Script(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the same script under a digest that depends on {@code name}. */
  public Script named(String name) {
    return new Script(source + "-- " + name.replace('\n', ' ') + '\n');
  }

  /** Returns the SHA-1 of the source, by which Redis finds the script. */
  public String digest() {
    return digest;
  }

  /** Returns a call by digest: cheap, but a restarted Redis does not know it. */
  public CommandArguments byDigest(List<String> keys, List<?> arguments) {
    return call(Command.EVALSHA, digestBytes, keys, arguments);
  }

  /** Returns a call that carries the source. */
  public CommandArguments withSource(List<String> keys, List<?> arguments) {
    return call(Command.EVAL, sourceBytes, keys, arguments);
  }

  private static CommandArguments call(
      Command command, Rawable script, List<String> keys, List<?> arguments) {
    CommandArguments call = new CommandArguments(command).add(script).add(keys.size());
    keys.forEach(call::add);
    arguments.forEach(call::add);
    return call;
  }
}
