package agentcore;

import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The house rules that a compiler does not know, read from the sources. */
class ArchitectureTest {
  private static final Path SOURCES = Path.of("src/main/java");
  private static final int MAX_LINES = 300;

  private static final String CORE = "agentcore.core";
  private static final String MESSAGE = "agentcore.core.message";
  private static final String SERIALIZER = "agentcore.core.serializer";
  private static final String BACKEND = "agentcore.core.backend";
  private static final String CONNECTION = "agentcore.core.connection";
  private static final String MIDDLEWARE = "agentcore.core.middleware";
  private static final String CONSUMER = "agentcore.core.consumer";
  private static final String AUTH = "agentcore.core.auth";
  private static final String METRICS = "agentcore.core.metrics";
  private static final String TRANSPORT = "agentcore.core.transport";
  private static final String EXAMPLE = "agentcore.example";
  private static final String CLI = "agentcore.cli";
  private static final String COMMON = "agentcore.cli.common";
  private static final String BENCH = "agentcore.cli.bench";
  private static final String CHAT = "agentcore.cli.chat";

  /** A part of the JDK that is not of Java SE: processor time and open files. */
  private static final String JDK_MANAGEMENT = "com.sun.management";

  private static final String GSON = "com.google.gson";
  private static final String JEDIS = "redis.clients";
  private static final String ENGINE = "org.java_websocket";
  private static final String SLF4J = "org.slf4j";

  /** Who may import what; everything may import the JDK, and metrics. */
  private static final Map<String, Set<String>> ARROWS = arrows();

  /** Public types that no other package names, and why they are public all the same. */
  private static final Map<String, String> LIBRARY =
      Map.of(
          "agentcore.Main", "the program",
          "agentcore.core.backend.Log", "a part of Backend, for whoever writes a third store",
          "agentcore.core.transport.HttpRequest", "what an HttpHandler takes",
          "agentcore.core.transport.HttpResponse", "what an HttpHandler gives",
          "agentcore.core.metrics.Counters", "what a number with a label is",
          "agentcore.core.connection.Flusher", "nothing yet: it could be package-private");

  /** Files that may be longer than others, and what they earn it with. */
  private static final Map<String, String> LONG =
      Map.of(
          "agentcore.core.connection.Group", "one lock over members, position and inbox",
          "agentcore.core.connection.Outbox", "one lock over what waits, is held and is charged",
          "agentcore.core.connection.ConnectionManager", "every way in and out of a group");

  private static Map<String, Set<String>> arrows() {
    Map<String, Set<String>> arrows = new LinkedHashMap<>();
    arrows.put(MESSAGE, Set.of(GSON));
    arrows.put(SERIALIZER, Set.of(MESSAGE, GSON));
    arrows.put(BACKEND, Set.of(JEDIS));
    arrows.put(CONNECTION, Set.of(BACKEND, SERIALIZER, MESSAGE));
    arrows.put(MIDDLEWARE, Set.of(MESSAGE, CONNECTION, BACKEND));
    arrows.put(CONSUMER, Set.of(MESSAGE, CONNECTION, MIDDLEWARE, BACKEND, SERIALIZER));
    arrows.put(AUTH, Set.of(GSON));
    arrows.put(METRICS, Set.of(JDK_MANAGEMENT));
    arrows.put(
        TRANSPORT,
        Set.of(MESSAGE, SERIALIZER, BACKEND, CONNECTION, MIDDLEWARE, CONSUMER, AUTH, ENGINE));
    arrows.put(
        CORE,
        Set.of(MESSAGE, SERIALIZER, BACKEND, CONNECTION, MIDDLEWARE, CONSUMER, AUTH, TRANSPORT));
    arrows.put(
        EXAMPLE,
        Set.of(
            CORE,
            MESSAGE,
            SERIALIZER,
            BACKEND,
            CONNECTION,
            MIDDLEWARE,
            CONSUMER,
            AUTH,
            TRANSPORT,
            GSON));
    arrows.put(COMMON, Set.of(GSON));
    arrows.put(BENCH, Set.of(COMMON, AUTH, GSON));
    arrows.put(CHAT, Set.of(COMMON, MESSAGE, GSON));
    arrows.put(
        CLI,
        Set.of(
            COMMON,
            BENCH,
            CHAT,
            CORE,
            MESSAGE,
            SERIALIZER,
            BACKEND,
            CONNECTION,
            MIDDLEWARE,
            CONSUMER,
            AUTH,
            TRANSPORT,
            EXAMPLE,
            GSON,
            ENGINE,
            SLF4J));
    arrows.put("agentcore", Set.of(CLI));
    return arrows;
  }

  /** One file: its package, its own name, and its code without comments and texts. */
  private record Source(Path file, String inPackage, String type, String code, long lines) {
    private static final Pattern QUALIFIED =
        Pattern.compile("\\b((?:[a-z_][a-z0-9_]*\\.)+)([A-Z]\\w*)");

    static Source read(Path file) {
      try {
        String text = Files.readString(file);
        String name = file.getFileName().toString().replace(".java", "");
        Path folder = SOURCES.relativize(file).getParent();
        return new Source(
            file,
            folder.toString().replace('/', '.').replace('\\', '.'),
            name,
            withoutCommentsAndTexts(text),
            text.lines().count());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Returns the types that it names in full, in imports or elsewhere. */
    Set<String> qualifiedTypes() {
      Matcher matcher = QUALIFIED.matcher(code);
      Set<String> types = new TreeSet<>();
      while (matcher.find()) {
        types.add(matcher.group(1) + matcher.group(2));
      }
      return types;
    }

    String qualifiedName() {
      return inPackage + "." + type;
    }

    boolean isDeclaredPublic() {
      return Pattern.compile(
              "(?m)^public\\s+(?:(?:final|abstract|sealed|non-sealed)\\s+)*"
                  + "(?:class|interface|enum|record|@interface)\\s+"
                  + type
                  + "\\b")
          .matcher(code)
          .find();
    }

    boolean names(Source other) {
      return Pattern.compile("\\b" + other.type + "\\b").matcher(code).find();
    }
  }

  private static final Pattern COMMENT_OR_TEXT =
      Pattern.compile(
          "/\\*.*?\\*/|//[^\\n"
              + "]*|\"\"\".*?(?<!\\\\)\"\"\"|\"(?:\\\\.|[^\"\\\\\\n"
              + "])*\"|'(?:\\\\.|[^'\\\\])+'",
          Pattern.DOTALL);

  private static String withoutCommentsAndTexts(String java) {
    return COMMENT_OR_TEXT.matcher(java).replaceAll(" ");
  }

  private static List<Source> sources() {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      List<Source> sources =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .filter(file -> !file.endsWith("package-info.java"))
              .sorted()
              .map(Source::read)
              .toList();
      assertTrue(sources.size() > 50, "the sources are not where they should be");
      return sources;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the package of a type that was named in full. */
  private static String packageOf(String qualifiedType) {
    return qualifiedType.substring(0, qualifiedType.lastIndexOf('.'));
  }

  private static boolean isAllowed(String from, String to) {
    return to.startsWith("java.")
        || to.startsWith("javax.")
        || to.equals(from)
        || to.equals(METRICS)
        || ARROWS.getOrDefault(from, Set.of()).stream()
            .anyMatch(
                allowed ->
                    to.equals(allowed)
                        || (!allowed.startsWith("agentcore") && to.startsWith(allowed + ".")));
  }

  @Test
  void everyPackageHasItsPlaceInTheHouse() {
    Set<String> packages =
        sources().stream().map(Source::inPackage).collect(toCollection(TreeSet::new));
    packages.removeAll(ARROWS.keySet());
    assertEquals(Set.of(), packages);
  }

  @Test
  void everyImportFollowsTheArrows() {
    List<String> wrong = new ArrayList<>();
    for (Source source : sources()) {
      for (String type : source.qualifiedTypes()) {
        if (!isAllowed(source.inPackage(), packageOf(type))) {
          wrong.add(source.file() + " uses " + type);
        }
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void onlyTheirOwnWallsKnowTheLibraries() {
    Map<String, String> walls =
        Map.of(JEDIS + ".", BACKEND, ENGINE + ".", TRANSPORT, SLF4J + ".", CLI);
    List<String> wrong = new ArrayList<>();
    for (Source source : sources()) {
      walls.forEach(
          (library, wall) -> {
            if (source.code().contains(library)
                && !source.inPackage().equals(wall)
                && !source.inPackage().equals(CLI)) {
              wrong.add(source.file() + " uses " + library);
            }
          });
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void packagesDoNotGoInCircles() {
    Map<String, Set<String>> uses = new TreeMap<>();
    for (Source source : sources()) {
      Set<String> used = uses.computeIfAbsent(source.inPackage(), p -> new TreeSet<>());
      source.qualifiedTypes().stream()
          .map(ArchitectureTest::packageOf)
          .filter(name -> name.startsWith("agentcore") && !name.equals(source.inPackage()))
          .forEach(used::add);
    }
    while (!uses.isEmpty()) {
      Set<String> free = new TreeSet<>();
      uses.forEach(
          (name, used) -> {
            if (used.stream().noneMatch(uses::containsKey)) {
              free.add(name);
            }
          });
      assertTrue(!free.isEmpty(), "a circle among " + uses);
      uses.keySet().removeAll(free);
    }
  }

  @Test
  void theLibraryKnowsNeitherTheExampleNorTheCommandLine() {
    List<String> wrong = new ArrayList<>();
    for (Source source : sources()) {
      if (source.inPackage().startsWith(CORE)
          && (source.code().contains(EXAMPLE) || source.code().contains(CLI))) {
        wrong.add(source.file().toString());
      }
    }
    assertEquals(List.of(), wrong);
  }

  private static void assertNowhere(String pattern, String... butInPackages) {
    Pattern searched = Pattern.compile(pattern);
    List<String> found = new ArrayList<>();
    for (Source source : sources()) {
      Matcher matcher = searched.matcher(source.code());
      if (!Set.of(butInPackages).contains(source.inPackage()) && matcher.find()) {
        found.add(source.file() + ": " + matcher.group());
      }
    }
    assertEquals(List.of(), found);
  }

  @Test
  void theNameOfTheConsumerIsOurs() {
    assertNowhere("java\\.util\\.function\\.Consumer\\b|java\\.util\\.function\\.\\*");
  }

  @Test
  void nothingIsImportedWholesale() {
    assertNowhere("import\\s[^;]*\\*\\s*;");
  }

  @Test
  void onlyTheCommandLinePrints() {
    assertNowhere("System\\s*\\.\\s*(out|err)\\b|printStackTrace\\(\\s*\\)", CLI, "agentcore");
  }

  @Test
  void onlyTheCommandLineEndsTheProcessOrReadsItsSurroundings() {
    assertNowhere("System\\.(exit|getenv)\\b|\\.halt\\(|addShutdownHook", CLI, "agentcore");
  }

  @Test
  void nothingSleeps() {
    assertNowhere("\\bThread\\s*\\.\\s*sleep\\b|TimeUnit\\.\\w+\\.sleep\\b");
  }

  @Test
  void noFileIsTooLong() {
    List<String> tooLong = new ArrayList<>();
    for (Source source : sources()) {
      if (source.lines() > MAX_LINES && !LONG.containsKey(source.qualifiedName())) {
        tooLong.add(source.file() + " has " + source.lines() + " lines");
      }
    }
    assertEquals(List.of(), tooLong);
  }

  @Test
  void everyPackageSaysWhatItIsFor() {
    Set<String> without = new TreeSet<>();
    for (Source source : sources()) {
      if (!Files.exists(source.file().resolveSibling("package-info.java"))) {
        without.add(source.inPackage());
      }
    }
    assertEquals(Set.of(), without);
  }

  @Test
  void whatIsPublicHasACallerInAnotherPackage() {
    List<Source> all = sources();
    Set<String> unused = new TreeSet<>();
    for (Source type : all) {
      if (type.isDeclaredPublic()
          && all.stream()
              .noneMatch(user -> !user.inPackage().equals(type.inPackage()) && user.names(type))) {
        unused.add(type.qualifiedName());
      }
    }
    unused.removeAll(LIBRARY.keySet());
    assertEquals(Set.of(), unused);
  }
}
