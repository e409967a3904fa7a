package agentcore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Rules about packages and code that the compiler does not check, read from the sources. */
class ArchitectureTest {
  /**
   * Each package and what it may use beside the JDK and {@code core.metrics}: other packages of
   * AgentCore, and libraries by the prefix of their packages. {@code main} is the root package.
   */
  private static final String ARROWS =
      """
      client.connection  com.google.gson
      client.requests  client.connection com.google.gson
      client.rooms     client.connection client.requests com.google.gson
      client.unread    client.connection client.requests com.google.gson
      client           client.connection client.requests client.rooms client.unread core.message com.google.gson
      core.message
      core.serializer  core.message com.google.gson
      core.backend
      core.backend.memory core.backend
      core.backend.redis.link  core.backend redis.clients
      core.backend.redis.cluster  core.backend core.backend.redis.link redis.clients
      core.backend.redis  core.backend core.backend.redis.link core.backend.redis.cluster redis.clients
      core.connection  core.message core.backend core.socket
      core.group       core.message core.serializer core.backend core.connection core.consumer
      core.middleware  core.message
      core.consumer    core.message core.backend core.middleware core.auth
      core.dispatch    core.message core.serializer core.backend core.connection core.group core.middleware \
                       core.consumer core.auth
      core.auth        core.message core.serializer com.google.gson
      core.security    core.message
      core.metrics     com.sun.management
      core.http        core.message
      core.socket
      core.transport   core.message core.serializer core.backend core.connection core.group core.middleware \
                       core.consumer core.dispatch core.auth core.security core.http core.socket org.java_websocket
      core             core.message core.serializer core.backend core.backend.memory \
                       core.backend.redis core.backend.redis.link core.connection core.group \
                       core.middleware \
                       core.consumer core.dispatch core.auth core.security core.http core.socket core.transport
      example          core.message core.backend core.consumer core.auth core.http core
      example.http     core.message core.backend core.auth core.http core example
      cli.common       core core.security example com.google.gson
      cli.bench.socket client cli.common com.google.gson
      cli.bench        client cli.bench.socket cli.common core.auth com.google.gson
      cli.terminal     cli.common
      cli.chat.command  client cli.common cli.terminal com.google.gson
      cli.chat         client cli.common cli.terminal cli.chat.command core.message com.google.gson
      cli.api          client cli.common core example com.google.gson
      cli              cli.common cli.bench cli.chat cli.api core.message core.backend core.backend.redis core.auth \
                       core.socket core example example.http com.google.gson org.slf4j
      main             cli
      """;

  /** Public types that no other package imports, and why they are public. */
  private static final Map<String, String> LIBRARY =
      Map.of(
          "Main",
          "starts the program",
          "cli.NonResettingLogManager",
          "the JDK loads it by its name",
          "client.ConnectionState",
          "programs read the state of a client",
          "client.LastSeen",
          "programs store the position of the last message");

  /**
   * The public types of the exported packages: what a program that uses the library sees. {@code
   * core.backend} is the contract of a store, for those who write one.
   */
  private static final Set<String> FRONT_DOOR =
      types(
          """
          client           ChatClient ChatClientBuilder ChatEvent ChatException ChatListener ConnectionState LastSeen UnreadCount
          core             AgentCore Config ConfigException MetricsSample ServerRoom ServerUser Setting
          core.auth        Authenticator Identity JsonWebTokens SigningKeys TokenException
          core.consumer    Attribute Consumer Handler Inbox Membership Replay RoomEvent RoomListener Session
          core.http        HttpHandler HttpRequest HttpResponse
          core.message     ClientException CloseCode ErrorCode Event Fields Message Names Post
          core.middleware  Client Middleware Verdict
          core.backend     Accounts Backend BackendException BackendLimits Directory Draft Entry \
                           GroupId IdempotencyKey Log LogPage Member Notice Position \
                           Presence PublishResult Room Subscriber TokenBuckets
          """);

  private static final Pattern EXPORT = Pattern.compile("exports agentcore\\.([a-z.]+);");

  private static final Pattern OUR_TYPE =
      Pattern.compile("agentcore\\.((?:[a-z]\\w*\\.)+[A-Z]\\w*)");

  private static Set<String> types(String table) {
    return table
        .lines()
        .map(line -> Arrays.asList(line.split(" +")))
        .flatMap(row -> row.stream().skip(1).map(type -> row.getFirst() + '.' + type))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static final Map<String, Set<String>> ALLOWED = new HashMap<>();
  private static List<Source> sources = List.of();

  @BeforeAll
  static void read() throws IOException {
    ARROWS
        .lines()
        .map(line -> Arrays.asList(line.split(" +")))
        .forEach(
            row ->
                ALLOWED.put(
                    row.getFirst().replace("main", ""), Set.copyOf(row.subList(1, row.size()))));
    sources = Source.all();
    assertTrue(sources.size() > 50, "the sources are not where they should be");
  }

  /** Returns the package of a fully qualified type. */
  private static String packageOf(String type) {
    return type.substring(0, Math.max(0, type.lastIndexOf('.')));
  }

  private static boolean isAllowed(Source user, String type) {
    String used = packageOf(type);
    return type.startsWith("java.")
        || type.startsWith("javax.")
        || used.equals(user.inPackage())
        || used.equals("core.metrics")
        || ALLOWED.getOrDefault(user.inPackage(), Set.of()).stream()
            .anyMatch(each -> used.equals(each) || (!isOurs(each) && used.startsWith(each + ".")));
  }

  private static boolean isOurs(String inPackage) {
    return ALLOWED.containsKey(inPackage);
  }

  @Test
  void everyPackageIsListed() {
    assertEquals(ALLOWED.keySet(), Set.copyOf(sources.stream().map(Source::inPackage).toList()));
  }

  @Test
  void everyPackageImportsOnlyWhatItMay() {
    List<String> wrong = new ArrayList<>();
    for (Source source : sources) {
      for (String type : source.namedTypes()) {
        if (!isAllowed(source, type)) {
          wrong.add(source.file() + " uses " + type);
        }
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void packagesHaveNoCycle() {
    Map<String, Set<String>> uses = new TreeMap<>();
    for (Source source : sources) {
      Set<String> used = uses.computeIfAbsent(source.inPackage(), p -> new TreeSet<>());
      source.namedTypes().stream()
          .map(ArchitectureTest::packageOf)
          .filter(name -> isOurs(name) && !name.equals(source.inPackage()))
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
      assertTrue(!free.isEmpty(), "a cycle among " + uses);
      uses.keySet().removeAll(free);
    }
  }

  @Test
  void everyPublicTypeIsUsedByAnotherPackage() {
    Set<String> unused = new TreeSet<>();
    for (Source type : sources) {
      if (type.isPublic()
          && sources.stream()
              .filter(user -> !user.inPackage().equals(type.inPackage()))
              .noneMatch(user -> user.namedTypes().contains(type.name()))) {
        unused.add(type.name());
      }
    }
    assertEquals(new TreeSet<>(LIBRARY.keySet()), unused);
  }

  @Test
  void exportedPackagesHaveNoPublicTypeOutsideTheFrontDoor() throws IOException {
    Set<String> others = new TreeSet<>();
    Set<String> exported = exported();
    for (Source source : sources) {
      if (source.isPublic() && exported.contains(source.inPackage())) {
        others.add(source.name());
      }
    }
    others.removeAll(FRONT_DOOR);
    assertEquals(Set.of(), others);
  }

  @Test
  void publicSignaturesNameOnlyExportedTypes() throws Exception {
    Set<String> exported = exported();
    Set<String> hidden = new TreeSet<>();
    for (Source source : sources) {
      if (source.isPublic() && exported.contains(source.inPackage())) {
        for (String type : typesInSignatures(Class.forName("agentcore." + source.name()))) {
          if (!exported.contains(packageOf(type))) {
            hidden.add(source.name() + " names " + type);
          }
        }
      }
    }
    assertEquals(Set.of(), hidden);
  }

  private static Set<String> exported() throws IOException {
    String module = Files.readString(Path.of("src", "main", "java", "module-info.java"));
    return EXPORT
        .matcher(module)
        .results()
        .map(found -> found.group(1))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Returns the types of AgentCore in all public and protected members of a type. */
  private static Set<String> typesInSignatures(Class<?> type) {
    StringBuilder signatures = new StringBuilder(type.toGenericString());
    signatures
        .append(type.getGenericSuperclass())
        .append(Arrays.asList(type.getGenericInterfaces()));
    Stream.<Member[]>of(
            type.getDeclaredFields(), type.getDeclaredConstructors(), type.getDeclaredMethods())
        .flatMap(Arrays::stream)
        .filter(member -> (member.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0)
        .forEach(member -> signatures.append(generic(member)).append('\n'));
    Set<String> found = new TreeSet<>();
    OUR_TYPE.matcher(signatures).results().map(name -> name.group(1)).forEach(found::add);
    for (Class<?> inner : type.getDeclaredClasses()) {
      if (Modifier.isPublic(inner.getModifiers())) {
        found.addAll(typesInSignatures(inner));
      }
    }
    return found;
  }

  private static String generic(Member member) {
    return switch (member) {
      case Field field -> field.toGenericString();
      case Executable code -> code.toGenericString();
      default -> "";
    };
  }

  @Test
  void everyPackageHasAChapter() {
    Set<String> without = new TreeSet<>();
    for (Source source : sources) {
      if (!Files.exists(source.file().resolveSibling("package-info.java"))) {
        without.add(source.inPackage());
      }
    }
    assertEquals(Set.of(), without);
  }

  private static void assertNowhere(String pattern, String... butInPackages) {
    Pattern searched = Pattern.compile(pattern);
    List<String> found = new ArrayList<>();
    for (Source source : sources) {
      Matcher matcher = searched.matcher(source.code());
      if (!Set.of(butInPackages).contains(source.inPackage()) && matcher.find()) {
        found.add(source.file() + ": " + matcher.group());
      }
    }
    assertEquals(List.of(), found);
  }

  @Test
  void consumerAlwaysMeansTheConsumerOfAnEndpoint() {
    assertNowhere("java\\.util\\.function\\.Consumer\\b|java\\.util\\.function\\.\\*");
  }

  @Test
  void noImportHasAWildcard() {
    assertNowhere("import\\s[^;]*\\*\\s*;");
  }

  @Test
  void onlyTheCommandLinePrints() {
    assertNowhere("System\\s*\\.\\s*(out|err)\\b|printStackTrace\\(\\s*\\)", "cli", "");
  }

  @Test
  void onlyTheCommandLineExitsOrReadsTheEnvironment() {
    assertNowhere("System\\.(exit|getenv)\\b|\\.halt\\(", "cli", "");
    assertNowhere("addShutdownHook", "cli", "cli.terminal", "");
  }

  @Test
  void nothingSleeps() {
    assertNowhere("\\bThread\\s*\\.\\s*sleep\\b|TimeUnit\\.\\w+\\.sleep\\b");
  }
}
