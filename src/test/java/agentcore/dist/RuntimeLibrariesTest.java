package agentcore.dist;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.Main;
import com.google.gson.Gson;
import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.java_websocket.WebSocketImpl;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import redis.clients.authentication.core.Token;
import redis.clients.jedis.Connection;

/**
 * The pom excludes jars that the libraries ask for and the program does not need. This test follows
 * the references between classes, as jdeps lists them, from the program's own classes: everything
 * that can be reached is there.
 */
class RuntimeLibrariesTest {
  /**
   * Pools need commons-pool2. A connection names its pool, but calls it only if it has one, and a
   * connection that was not taken from a pool has none.
   */
  private static final String POOL = "redis.clients.jedis.ConnectionPool";

  /** javac reads these annotations; the JVM ignores them where they are missing. */
  private static final String ANNOTATIONS = "com.google.errorprone.annotations.";

  /** One line of jdeps: a class, a class that it refers to, and the jar of that. */
  private static final Pattern REFERENCE =
      Pattern.compile("(?m)^   (\\S+) +-> (\\S+) +(\\S.*?) *$");

  private static final Map<String, Set<String>> REFERENCES = new TreeMap<>();
  private static final Set<String> ABSENT = new TreeSet<>();

  @BeforeAll
  static void readReferences() {
    List<String> libraries =
        Stream.of(WebSocketImpl.class, Gson.class, Connection.class, Logger.class, Token.class)
            .map(RuntimeLibrariesTest::jar)
            .toList();
    List<String> options =
        List.of("--multi-release", "21", "-verbose:class", "-filter:none", "--module-path");
    List<String> command = new ArrayList<>(options);
    command.add(String.join(File.pathSeparator, libraries));
    command.add(jar(Main.class));
    command.addAll(libraries);
    StringWriter lines = new StringWriter();
    PrintWriter out = new PrintWriter(lines);
    ToolProvider jdeps = ToolProvider.findFirst("jdeps").orElseThrow();
    assertEquals(0, jdeps.run(out, out, command.toArray(String[]::new)), lines::toString);
    for (Matcher line = REFERENCE.matcher(lines.toString()); line.find(); ) {
      REFERENCES.computeIfAbsent(line.group(1), c -> new TreeSet<>()).add(line.group(2));
      if (line.group(3).equals("not found") && !line.group(2).startsWith(ANNOTATIONS)) {
        ABSENT.add(line.group(2));
      }
    }
  }

  private static String jar(Class<?> type) {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath()).toString();
  }

  /** Returns the classes that the program refers to, directly or not, without those of a pool. */
  private static Set<String> reachable() {
    Set<String> reached = new TreeSet<>();
    Deque<String> next = new ArrayDeque<>();
    REFERENCES.keySet().stream().filter(name -> name.startsWith("agentcore.")).forEach(next::add);
    while (!next.isEmpty()) {
      String name = next.remove();
      if (!name.equals(POOL) && reached.add(name)) {
        next.addAll(REFERENCES.getOrDefault(name, Set.of()));
      }
    }
    return reached;
  }

  @Test
  void everyClassThatTheProgramReachesIsOnTheClassPath() {
    Set<String> missing = reachable();
    missing.retainAll(ABSENT);
    assertEquals(Set.of(), missing);
    assertTrue(ABSENT.contains("org.apache.commons.pool2.PooledObject"), "jdeps found too little");
  }

  @Test
  void everyClassOfJedisThatTheProgramReachesLinks() {
    Set<String> jedis = reachable();
    jedis.removeIf(name -> !name.startsWith("redis.clients."));
    assertTrue(jedis.contains("redis.clients.jedis.Connection") && jedis.size() > 50);
    for (String name : jedis) {
      ClassLoader loader = Connection.class.getClassLoader();
      assertDoesNotThrow(() -> Class.forName(name, true, loader), name);
    }
  }
}
