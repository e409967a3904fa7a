package agentcore.testkit;

import agentcore.core.AgentCore;
import com.google.gson.Gson;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.java_websocket.WebSocket;
import org.slf4j.Logger;
import redis.clients.jedis.Jedis;

/** Where the modules are that these tests were compiled against. */
public final class ModulePath {
  private ModulePath() {}

  /** Returns the module path with the modules that AgentCore requires. */
  public static String ofLibraries() {
    return join(Stream.of(Gson.class, WebSocket.class, Logger.class, Jedis.class));
  }

  /** Returns the module path with AgentCore and the modules that it requires. */
  public static String ofAgentCore() {
    return join(Stream.of(AgentCore.class)) + File.pathSeparator + ofLibraries();
  }

  private static String join(Stream<Class<?>> types) {
    List<Path> places = types.map(ModulePath::placeOf).distinct().toList();
    return places.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }

  private static Path placeOf(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
