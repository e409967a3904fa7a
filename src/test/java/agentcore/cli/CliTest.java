package agentcore.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.Setting;
import agentcore.core.auth.Identity;
import agentcore.core.auth.JsonWebTokens;
import agentcore.core.auth.SigningKeys;
import agentcore.example.ChatSetting;
import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.process.CommandLine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class CliTest extends CommandLine {
  private static final Pattern LISTENING =
      Pattern.compile("AgentCore listening on ws://127\\.0\\.0\\.1:(\\d+)/ws/\\{user_id}\\R");

  private static final List<String> COMMANDS =
      List.of("[serve]", "invite", "check", "token", "chat", "say", "admin", "bench");

  /** Flags of commands that are no settings. */
  private static final Set<String> OTHER_FLAGS =
      Set.of("--config", "--user", "--ttl", "--url", "--room", "--token", "--as", "--retry");

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"help serve", "serve --help", "serve --port 1 --help", "check --help"})
  void helpOfServeNamesEverySettingWithItsDefault(String args) {
    assertEquals(0, run(args.split(" ")));
    for (Setting setting : ChatSetting.all()) {
      assertTrue(out().contains("  " + setting.flag() + " "), setting.flag());
      assertTrue(out().contains(setting.description()), setting.flag());
      assertTrue(out().contains(setting.defaultValue()), setting.flag());
    }
    assertTrue(out().contains("Exit codes: 0 "));
    assertEquals("", err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"help", "--help", "help help"})
  void helpNamesTheCommands(String args) {
    assertEquals(0, run(args.split(" ")));
    for (String command : COMMANDS) {
      assertTrue(out().contains("  agentcore " + command + " "), command);
    }
    assertFalse(out().contains("--port"), out());
    assertTrue(out().contains("Exit codes: 0 "));
    assertEquals("", err());
  }

  /** A flag that the help does not name must be unknown, and the other way round. */
  @ParameterizedTest
  @FieldSource("COMMANDS")
  void helpOfACommandNamesItsOwnFlagsOnly(String command) {
    String name = command.replaceAll("[\\[\\]]", "");
    assertEquals(0, run(name, "--help"));
    Set<String> named = new TreeSet<>();
    Pattern.compile("(?m)^ +(--[a-z-]+)")
        .matcher(out())
        .results()
        .forEach(flag -> named.add(flag.group(1)));
    Set<String> all = new TreeSet<>(OTHER_FLAGS);
    ChatSetting.all().forEach(setting -> all.add(setting.flag()));
    for (String flag : all) {
      int before = err().length();
      assertEquals(2, run(name, flag + "=x", "--no-such-flag"));
      boolean isUnknown = err().substring(before).contains("unknown flag: " + flag);
      assertEquals(named.contains(flag), !isUnknown, name + " " + flag);
    }
    assertEquals(0, run("help", name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"version", "--version"})
  void printsTheVersionOfTheBuild(String arg) {
    assertEquals(0, run(arg));
    assertTrue(out().matches("agentcore \\d+\\.\\d+\\.\\d+.*\\R"), out());
    assertEquals("", err());
  }

  @Test
  void unknownCommandIsAUsageError() {
    assertEquals(2, run("server"));
    assertEquals("", out());
    assertTrue(err().contains("unknown command: server"), err());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"--prot 1", "serve --prot=1", "-p 1", "serve extra", "--port", "serve --config"})
  void badFlagIsAUsageError(String args) {
    assertEquals(2, run(args.split(" ")));
    assertEquals("", out());
    assertTrue(err().startsWith("agentcore: "), err());
    assertTrue(err().contains("(see agentcore serve --help)"), err());
  }

  @Test
  void namesEveryBadValue() throws IOException {
    Path file = Files.writeString(folder.resolve("my.properties"), "MAX_ROOMS=0\nNONSENSE=1\n");
    environment.put("LOG_LEVEL", "loud");
    assertEquals(2, run("serve", "--config", file.toString(), "--port=x"));
    assertEquals("", out());
    List<String> lines = err().lines().toList();
    assertEquals(4, lines.size(), err());
    for (String name : List.of("MAX_ROOMS=0", "NONSENSE", "LOG_LEVEL=loud", "PORT=x")) {
      assertEquals(1, lines.stream().filter(line -> line.contains(name)).count(), name);
    }
    assertTrue(lines.stream().allMatch(line -> line.startsWith("agentcore: ")));
  }

  @Test
  void missingFileIsAUsageError() {
    assertEquals(2, run("--config", folder.resolve("none").toString()));
    assertTrue(err().contains("cannot read "), err());
  }

  @Test
  void portInUseIsAFailure() throws IOException {
    try (ServerSocket used = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = "" + used.getLocalPort();
      assertEquals(1, run("--port", port));
      assertEquals("", out());
      assertTrue(err().contains("agentcore: cannot listen on 127.0.0.1:" + port + ": "), err());
      assertFalse(err().contains("\tat "), "no stack trace");
    }
  }

  @Test
  void adminPortInUseIsAFailure() throws IOException {
    try (ServerSocket used = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = "" + used.getLocalPort();
      assertEquals(1, run("--port", "0", "--admin-port", port));
      assertEquals("", out());
      assertTrue(err().contains("agentcore: cannot listen on 127.0.0.1:" + port + ": "), err());
    }
  }

  @Test
  void foreignAddressIsAFailure() {
    assertEquals(1, run("--port", "0", "--host", "192.0.2.1"));
    assertTrue(err().contains("cannot listen on 192.0.2.1:0"), err());
  }

  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  @Test
  void printsATokenAndNothingElse() throws Exception {
    environment.put("AUTH_SECRET", SECRET + ",fedcba9876543210fedcba9876543210");
    Instant before = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    assertEquals(0, run("token", "--user", "alice", "--ttl", "60"));
    assertTrue(out().matches("[\\w-]+\\.[\\w-]+\\.[\\w-]+\\R"), out());
    assertEquals("", err());
    JsonWebTokens tokens = new JsonWebTokens(SigningKeys.parse(SECRET), InstantSource.system());
    Identity identity = tokens.identify(out().strip());
    assertEquals("alice", identity.user());
    Duration lasts = Duration.between(before, identity.until());
    assertTrue(lasts.toSeconds() >= 90 && lasts.toSeconds() < 100, lasts + "");
  }

  @Test
  void tokenHasTheClaimsThatItIsGiven() throws Exception {
    environment.put("AUTH_SECRET", SECRET);
    assertEquals(0, run("token", "--user", "alice", "--claims", "{\"rooms\":[\"den\"]}"));
    JsonWebTokens tokens = new JsonWebTokens(SigningKeys.parse(SECRET), InstantSource.system());
    Identity identity = tokens.identify(out().strip());
    assertEquals(List.of("den"), identity.claims().strings("rooms").orElseThrow());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x         | --claims: claims must be a JSON object",
        "[1]       | --claims: claims must be a JSON object",
        "{'sub':1} | --claims: claims must not contain sub"
      },
      quoteCharacter = '"')
  void otherClaimsAreAUsageError(String claims, String error) {
    environment.put("AUTH_SECRET", SECRET);
    assertEquals(2, run("token", "--user", "alice", "--claims", claims.replace('\'', '"')));
    assertTrue(err().startsWith("agentcore: " + error), err());
  }

  @Test
  void tokenIsValidForAnHourByDefault() throws Exception {
    assertEquals(0, run("token", "--user= al ice ", "--auth-secret", SECRET));
    JsonWebTokens tokens = new JsonWebTokens(SigningKeys.parse(SECRET), InstantSource.system());
    Identity identity = tokens.identify(out().strip());
    assertEquals("al ice", identity.user());
    long lasts = Duration.between(Instant.now(), identity.until()).toSeconds();
    assertTrue(lasts > 3600 && lasts <= 3630, lasts + "");
  }

  @Test
  void readsTheSecretFromAFile() throws IOException {
    Path file = Files.writeString(folder.resolve("my.properties"), "AUTH_SECRET=" + SECRET);
    assertEquals(0, run("token", "--user", "alice", "--config", file.toString()));
    assertEquals(3, out().split("\\.").length);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          token                                | --user is missing
          token --ttl 60                       | --user is missing
          token --user                         | missing value after --user
          token --user=                        | --user: User id must have 1 to 64 characters
          token --user a/b                     | --user: User id must hold neither control
          token --user alice --ttl 0           | --ttl must be a number with s, m, h or d
          token --user alice --ttl -1          | --ttl must be a number with s, m, h or d
          token --user alice --ttl 1.5         | --ttl must be a number with s, m, h or d
          token --user alice --ttl 2w          | --ttl must be a number with s, m, h or d
          token --user alice --ttl 3153600001  | --ttl must be a number with s, m, h or d
          token --user alice --ttl 99999999999999999999 | --ttl must be a number with s, m, h or d
          token --user alice --name bob        | unknown flag: --name
          token --user alice                   | AUTH_SECRET is not set
          token alice                          | unexpected argument: alice (did you mean --user alice?)
          invite alice                         | unexpected argument: alice (did you mean --user alice?)
          token --user alice bob               | unexpected argument: bob (see
          serve alice                          | unexpected argument: alice (see
          serve --team=yes                     | unknown flag: --team
          serve --user alice                   | unknown flag: --user
          """)
  void invalidTokenRequestIsAUsageError(String args, String error) {
    assertEquals(2, run(args.split(" ")));
    assertEquals("", out());
    assertTrue(err().startsWith("agentcore: " + error), err());
    assertEquals(1, err().lines().count());
  }

  @Test
  void shortSecretStopsEveryCommandAndIsNotPrinted() {
    environment.put("AUTH_SECRET", SECRET.substring(1));
    for (String command : List.of("token --user alice", "serve")) {
      assertEquals(2, run(command.split(" ")));
    }
    String problem =
        "agentcore: AUTH_SECRET=*** (31 bytes) (environment) must be secrets of at least 32 bytes"
            + " each, separated by commas";
    assertEquals(List.of(problem, problem), err().lines().toList());
    assertEquals("", out());
  }

  private int awaitPort() {
    Await.until("the server prints its address", () -> LISTENING.matcher(out()).matches());
    Matcher line = LISTENING.matcher(out());
    assertTrue(line.matches());
    return Integer.parseInt(line.group(1));
  }

  /** The log without the lines of a normal run. */
  private List<String> troubles() {
    return err().lines().filter(line -> !line.contains(" INFO ")).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"serve", ""})
  void servesUntilInterruptedAndSucceeds(String command) throws Exception {
    environment.put("PORT", "0");
    CompletableFuture<Integer> code = new CompletableFuture<>();
    Thread server =
        Thread.ofPlatform().start(() -> code.complete(command.isEmpty() ? run() : run(command)));
    try (RawClient alice = RawClient.connect(awaitPort(), RawClient.path("alice"))) {
      alice.nextJson("welcome");
      server.interrupt();
      assertEquals(1001, alice.awaitClose().code());
    }
    server.join();
    assertEquals(0, code.join());
    assertEquals(List.of(), troubles());
  }

  @ParameterizedTest
  @CsvSource({"0.0.0.0, '', 1", "127.0.0.1, '', 0", "0.0.0.0, " + SECRET + ", 0"})
  void warnsOnceIfTheServerIsOpenToEveryone(String host, String secret, int lines)
      throws Exception {
    environment.putAll(Map.of("PORT", "0", "HOST", host));
    if (!secret.isEmpty()) {
      environment.put("AUTH_SECRET", secret);
    }
    CompletableFuture<Integer> code = new CompletableFuture<>();
    Thread server = Thread.ofPlatform().start(() -> code.complete(run("serve")));
    Await.until("the server listens", () -> out().contains("listening on ws://" + host));
    server.interrupt();
    server.join();
    assertEquals(0, code.join());
    assertEquals(lines, troubles().size(), err());
    if (lines == 1) {
      String warning =
          "HOST=0.0.0.0 without AUTH_SECRET: anyone who can reach this port can connect as any"
              + " user";
      assertTrue(troubles().getFirst().endsWith(" WARNING AgentCore: " + warning), err());
    }
  }

  @Test
  void readsTheFileBesideTheProgramByDefault() throws Exception {
    System.setProperty("agentcore.home", folder.toString());
    Files.writeString(folder.resolve("config.properties"), "PORT=0\nDEFAULT_ROOM=foyer\n");
    CompletableFuture<Integer> code = new CompletableFuture<>();
    Thread server = Thread.ofPlatform().start(() -> code.complete(run()));
    try (RawClient alice = RawClient.connect(awaitPort(), RawClient.path("alice"))) {
      assertEquals(
          "foyer", alice.nextJson("welcome").get("rooms").getAsJsonArray().get(0).getAsString());
    }
    server.interrupt();
    server.join();
    assertEquals(0, code.join());
  }
}
