package agentcore.core;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.example.ChatSetting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The sources of values, and which values are valid. */
class ConfigTest {
  @TempDir private Path folder;

  private Optional<Path> file(String... lines) throws IOException {
    return Optional.of(Files.write(folder.resolve("test.properties"), List.of(lines)));
  }

  private Config fromFile(String... lines) throws IOException, ConfigException {
    return Config.load(ChatSetting.all(), file(lines), Map.of(), Map.of());
  }

  private static Config fromEnvironment(String name, String value) throws ConfigException {
    return Config.load(ChatSetting.all(), Optional.empty(), Map.of(name, value), Map.of());
  }

  private static Config fromFlag(Setting setting, String value) throws ConfigException {
    return Config.load(ChatSetting.all(), Optional.empty(), Map.of(), Map.of(setting, value));
  }

  private static List<String> problems(
      Optional<Path> file, Map<String, String> environment, Map<Setting, String> flags) {
    ConfigException e =
        assertThrows(
            ConfigException.class, () -> Config.load(ChatSetting.all(), file, environment, flags));
    e.problems().forEach(problem -> assertTrue(e.getMessage().contains(problem)));
    return e.problems();
  }

  private static String problem(Setting setting, String value) {
    List<String> problems = problems(Optional.empty(), Map.of(setting.name(), value), Map.of());
    assertEquals(1, problems.size(), problems::toString);
    return problems.getFirst();
  }

  static List<Setting> everySetting() {
    return ChatSetting.all();
  }

  @Test
  void serverRefusesSettingsOfAProgramThatContradictEachOther() {
    Config slowPings = Config.defaults().with(Setting.WS_HEARTBEAT_INTERVAL, "90");
    assertThrows(IllegalArgumentException.class, () -> new AgentCore(slowPings));
    Config consistent = slowPings.with(Setting.WS_HEARTBEAT_TIMEOUT, "180");
    assertDoesNotThrow(() -> new AgentCore(consistent).close());
    Config noKeystore = Config.defaults().with(Setting.TLS_PASSWORD, "secret");
    assertThrows(IllegalArgumentException.class, () -> new AgentCore(noKeystore));
    Config longTexts = Config.defaults().with(ChatSetting.MAX_TEXT_LENGTH, "1000000");
    assertThrows(IllegalArgumentException.class, () -> new AgentCore(longTexts));
  }

  @Test
  void emptyUrlOfRedisIsShownAsEmpty() {
    Config.Inspection seen =
        Config.inspect(ChatSetting.all(), Optional.empty(), Map.of("REDIS_URL", ""), Map.of());
    assertEquals("", seen.config().shown(Setting.REDIS_URL));
  }

  @Test
  void numberedVariableIsNotTakenForAMisspeltSetting() {
    assertDoesNotThrow(() -> fromEnvironment("AUTH_SECRET_2", "an old secret, kept for a while"));
  }

  @Test
  void settingNeedsANameOfItsOwnInCapitals() {
    assertThrows(
        IllegalArgumentException.class, () -> Setting.integer("my-rooms", 1, 1, "a bad name"));
    List<Setting> twice = new ArrayList<>(Setting.library());
    twice.add(Setting.integer("PORT", 1, 1, "a name that the library has"));
    assertThrows(
        IllegalArgumentException.class,
        () -> Config.load(twice, Optional.empty(), Map.of(), Map.of()));
  }

  @Test
  void defaultsAreValid() throws ConfigException {
    Config loaded = Config.load(ChatSetting.all(), Optional.empty(), Map.of(), Map.of());
    for (Setting setting : ChatSetting.all()) {
      assertEquals(setting.defaultValue(), loaded.text(setting));
      assertEquals("default", loaded.source(setting));
      assertEquals(setting.defaultValue(), Config.defaults().text(setting));
    }
  }

  @Test
  void flagOverridesEnvironmentFileAndDefaultInThatOrder() throws Exception {
    Optional<Path> file = file("PORT=1", "HOST=file", "MAX_ROOMS=3");
    Map<String, String> environment = Map.of("PORT", "2", "HOST", "environment");
    Config config = Config.load(ChatSetting.all(), file, environment, Map.of(Setting.PORT, "3"));
    assertEquals("3", config.text(Setting.PORT));
    assertEquals("--port", config.source(Setting.PORT));
    assertEquals("environment", config.text(Setting.HOST));
    assertEquals("environment", config.source(Setting.HOST));
    assertEquals("3", config.text(Setting.MAX_ROOMS));
    assertEquals(file.get() + ":3", config.source(Setting.MAX_ROOMS));
    assertEquals("default", config.source(ChatSetting.LOG_LEVEL));
  }

  @Test
  void fileMayHaveCommentsBlankLinesAndBlanks() throws Exception {
    Config config =
        fromFile(
            "# PORT=1",
            "",
            "   ",
            "\t# comment",
            "  PORT =  9000  ",
            "HOST=::1\t# the loopback",
            "REDIS_CHANNEL_PREFIX=a#b",
            "LOG_LEVEL=debug # y # z",
            "HISTORY_BYTES= # as much as is good",
            "PRESENCE_EVENTS_LIMIT=1",
            "PRESENCE_EVENTS_LIMIT=2");
    assertEquals("9000", config.text(Setting.PORT));
    assertEquals("::1", config.text(Setting.HOST));
    assertEquals("a#b", config.text(Setting.REDIS_CHANNEL_PREFIX));
    assertEquals("DEBUG", config.text(ChatSetting.LOG_LEVEL));
    assertEquals("", config.text(Setting.HISTORY_BYTES));
    assertEquals("2", config.text(Setting.PRESENCE_EVENTS_LIMIT), "the last counts");
  }

  @Test
  void valueMayHoldAnEqualsSign() throws Exception {
    assertEquals("a=b", fromFile("REDIS_CHANNEL_PREFIX=a=b").text(Setting.REDIS_CHANNEL_PREFIX));
  }

  @Test
  void secretMayBeginWithANumberSign() throws ConfigException {
    String secret = "#aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dF2";
    assertEquals(secret, fromEnvironment("AUTH_SECRET", secret).text(Setting.AUTH_SECRET));
    assertTrue(fromEnvironment("AUTH_SECRET", secret).signingKeys().isPresent());
    assertEquals(
        "#general", fromEnvironment("DEFAULT_ROOM", "#general").text(ChatSetting.DEFAULT_ROOM));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        ",",
        ",,",
        " , ",
        "\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0\u00a0"
      })
  void emptySecretIsAProblem(String secret) throws Exception {
    assertTrue(problem(Setting.AUTH_SECRET, secret).contains("(environment) must"));
    Optional<Path> file = file("AUTH_SECRET=" + secret);
    assertEquals(1, problems(file, Map.of(), Map.of()).size());
    assertEquals(
        1, problems(Optional.empty(), Map.of(), Map.of(Setting.AUTH_SECRET, secret)).size());
    Config defaults = Config.defaults();
    assertThrows(IllegalArgumentException.class, () -> defaults.with(Setting.AUTH_SECRET, secret));
  }

  @Test
  void emptyVariableDoesNotTurnOffTheSecretOfTheFile() throws Exception {
    Optional<Path> file = file("AUTH_SECRET=0123456789abcdef0123456789abcdef");
    assertEquals(
        List.of(
            "AUTH_SECRET= (environment) must not be empty:"
                + " leave it out to let anyone connect as anyone"),
        problems(file, Map.of("AUTH_SECRET", ""), Map.of()));
  }

  @Test
  void secretOverridesAnEmptyOneOfTheFile() throws Exception {
    String secret = "0123456789abcdef0123456789abcdef";
    Config config =
        Config.load(
            ChatSetting.all(), file("AUTH_SECRET="), Map.of("AUTH_SECRET", secret), Map.of());
    assertTrue(config.signingKeys().isPresent());
  }

  @Test
  void passwordWithoutAKeystoreStopsTheStart() {
    List<String> problems = problems(Optional.empty(), Map.of("TLS_PASSWORD", "sesame"), Map.of());
    assertEquals(1, problems.size());
    assertTrue(problems.getFirst().contains("is given without TLS_KEYSTORE"), problems::toString);
    assertFalse(problems.getFirst().contains("sesame"), problems::toString);
    assertEquals(
        2,
        problems(Optional.empty(), Map.of("TLS_PASSWORD", "", "TLS_KEYSTORE", ""), Map.of())
            .size());
  }

  @ParameterizedTest
  @CsvSource({
    "[::1], ::1",
    "::1, ::1",
    "[::], ::",
    "fe80::1%eth0, fe80::1%eth0",
    "[fe80::1%eth0], fe80::1%eth0",
    "0.0.0.0, 0.0.0.0",
    "localhost, localhost",
    "chat_server, chat_server"
  })
  void hostMayHaveTheBracketsOfAUrl(String given, String kept) throws ConfigException {
    assertEquals(kept, fromEnvironment("HOST", given).text(Setting.HOST));
    assertEquals(kept, Config.defaults().with(Setting.ADMIN_HOST, given).text(Setting.ADMIN_HOST));
  }

  @Test
  void environmentMayHaveCommentsToo() throws ConfigException {
    assertEquals("9000", fromEnvironment("PORT", " 9000  # here").text(Setting.PORT));
  }

  @Test
  void flagIsTakenAsItIs() throws ConfigException {
    Config config = fromFlag(Setting.REDIS_CHANNEL_PREFIX, " a # b ");
    assertEquals("a # b", config.text(Setting.REDIS_CHANNEL_PREFIX));
  }

  @Test
  void emptyValueCounts() throws Exception {
    assertEquals("", fromFile("DEFAULT_ROOM=").text(ChatSetting.DEFAULT_ROOM));
    assertEquals("", fromEnvironment("DEFAULT_ROOM", "  ").text(ChatSetting.DEFAULT_ROOM));
    assertTrue(problem(Setting.PORT, "").startsWith("PORT= (environment) must be an integer"));
    assertEquals(
        "HOST= (environment) must be a host name or an address, without a port",
        problem(Setting.HOST, ""));
  }

  @Test
  void unknownNameIsIgnoredInTheEnvironmentAndAProblemInAFile() throws Exception {
    assertDoesNotThrow(() -> fromEnvironment("PROT", "x"));
    Optional<Path> file = file("PROT=9000", "port=1", "PORT");
    assertEquals(
        List.of(
            file.get() + ":1 names no setting: PROT",
            file.get() + ":2 names no setting: port",
            file.get() + ":3 is not NAME=VALUE"),
        problems(file, Map.of(), Map.of()));
  }

  @ParameterizedTest
  @CsvSource({
    "auth_secret, AUTH_SECRET",
    "Auth-Secret, AUTH_SECRET",
    "'AUTH_SECRET ', AUTH_SECRET",
    "authSecret, AUTH_SECRET",
    "tls_keystore, TLS_KEYSTORE",
    "tls_password, TLS_PASSWORD"
  })
  void misspeltVariableOfASecuritySettingIsAProblem(String name, String setting) {
    String secret = "0123456789abcdef0123456789abcdef";
    List<String> problems = problems(Optional.empty(), Map.of(name, secret), Map.of());
    assertEquals(
        List.of(name.replace(' ', '?') + " (environment) must be named " + setting), problems);
  }

  @Test
  void misspeltVariableIsIgnoredBesideTheRightOne() {
    String secret = "0123456789abcdef0123456789abcdef";
    assertDoesNotThrow(
        () ->
            Config.load(
                ChatSetting.all(),
                Optional.empty(),
                Map.of("AUTH_SECRET", secret, "auth_secret", "x"),
                Map.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r", "\r\n", "\u000b", "\f", "\u0085", "\u2028", "\u2029"})
  void everyKindOfLineEndEndsAComment(String end) throws Exception {
    Path file = folder.resolve("line-ends");
    Files.writeString(file, "# who may connect" + end + "AUTH_SECRET=" + "x".repeat(32) + end);
    Config config = Config.load(ChatSetting.all(), Optional.of(file), Map.of(), Map.of());
    assertTrue(config.signingKeys().isPresent());
    assertEquals(file + ":2", config.source(Setting.AUTH_SECRET));
  }

  @Test
  void everyProblemIsNamedAtOnceWithItsSource() throws Exception {
    Optional<Path> file = file("MAX_ROOMS=many", "WHAT=1");
    List<String> problems =
        problems(
            file, Map.of("PORT", "x", "LOG_LEVEL", "loud"), Map.of(Setting.RATE_LIMIT_WINDOW, "0"));
    assertEquals(
        List.of(
            file.get() + ":2 names no setting: WHAT",
            "PORT=x (environment) must be an integer from 0 to 65535",
            "RATE_LIMIT_WINDOW=0 (--rate-limit-window) must be a number of seconds"
                + " greater than 0",
            "MAX_ROOMS=many (" + file.get() + ":1) must be an integer of at least 1",
            "LOG_LEVEL=loud (environment) must be one of DEBUG, INFO, WARNING, ERROR"),
        problems);
  }

  @Test
  void fileThatCannotBeReadIsAProblem() throws IOException {
    Path missing = folder.resolve("missing");
    assertEquals(
        List.of("cannot read " + missing + ": it does not exist"),
        problems(Optional.of(missing), Map.of(), Map.of()));
    assertEquals(
        List.of("cannot read " + folder + ": it is a folder"),
        problems(Optional.of(folder), Map.of(), Map.of()));
    Path latin1 = folder.resolve("latin1");
    Files.write(latin1, "HOST=\u00e4\n".getBytes(StandardCharsets.ISO_8859_1));
    assertEquals(
        List.of(latin1 + " is not UTF-8"), problems(Optional.of(latin1), Map.of(), Map.of()));
  }

  @ParameterizedTest
  @CsvSource({
    "PORT, 0",
    "PORT, 65535",
    "MAX_ROOMS, 2147483647",
    "RATE_LIMIT_MESSAGES, 0",
    "WS_MAX_MESSAGE_SIZE, 125",
    "HISTORY_BYTES, 1048576",
    "HISTORY_BYTES, 9223372036854775807",
    "HANDSHAKE_TIMEOUT, 0.001",
    "HANDSHAKE_TIMEOUT, 1e3",
    "BACKEND_TYPE, Redis",
    "LOG_LEVEL, warning",
    "LOG_FORMAT, JSON",
    "ADMIN_PORT, ''",
    "ADMIN_PORT, 0",
    "REDIS_URL, rediss://user:pa%20ss@example.com:6380/3",
    "REDIS_URL, redis://[::1]:6379/0",
    "AUTH_SECRET, 0123456789abcdef0123456789abcdef",
    "AUTH_SECRET, '0123456789abcdef0123456789abcdef, fedcba9876543210fedcba9876543210'",
    "ALLOWED_ORIGINS, *",
    "ALLOWED_ORIGINS, 'https://example.com, http://localhost:3000'",
    "TRUSTED_PROXIES, '127.0.0.1, ::1, 10.0.0.0/8, fd00::/8'",
    "MAX_CONNECTIONS_PER_ADDRESS, 0",
    "REDIS_URL, redis://chat_redis:6379/0",
    "HOST, 127.0.0.1",
    "DEFAULT_ROOM, 'a room with: {signs}'"
  })
  void goodValueIsTaken(String name, String value) {
    assertDoesNotThrow(() -> fromEnvironment(name, value));
  }

  @ParameterizedTest
  @CsvSource({
    "PORT, -1",
    "PORT, 65536",
    "PORT, 80a",
    "PORT, 8_000",
    "PORT, 80.0",
    "PORT, 99999999999999999999",
    "MAX_ROOMS, 0",
    "MAX_ROOMS, 2147483648",
    "WS_MAX_MESSAGE_SIZE, 124",
    "SEND_QUEUE_BYTES, 65535",
    "HISTORY_BYTES, 1048575",
    "HISTORY_BYTES, 9223372036854775808",
    "HISTORY_BYTES, 64m",
    "HANDSHAKE_TIMEOUT, 0",
    "HANDSHAKE_TIMEOUT, -1",
    "HANDSHAKE_TIMEOUT, 10s",
    "HANDSHAKE_TIMEOUT, 1e99999",
    "HANDSHAKE_TIMEOUT, 1e999999999",
    "HANDSHAKE_TIMEOUT, 1e99999999999",
    "HANDSHAKE_TIMEOUT, 0.0000000001",
    "HANDSHAKE_TIMEOUT, NaN",
    "HANDSHAKE_TIMEOUT, Infinity",
    "BACKEND_TYPE, postgres",
    "LOG_LEVEL, TRACE",
    "LOG_FORMAT, xml",
    "ADMIN_PORT, 65536",
    "ADMIN_PORT, none",
    "REDIS_URL, localhost:6379",
    "REDIS_URL, http://localhost",
    "REDIS_URL, redis://",
    "REDIS_URL, 'redis://a b'",
    "REDIS_CHANNEL_PREFIX, ''",
    "PORT, \u06f8\u06f0\u06f0\u06f0",
    "HISTORY_BYTES, \u0661\u0661\u0661\u0661\u0661\u0661\u0661",
    "HANDSHAKE_TIMEOUT, \u06f8",
    "HOST, *",
    "HOST, 127.0.0.1:8000",
    "HOST, http://localhost",
    "HOST, [localhost]",
    "HOST, '\"127.0.0.1\"'",
    "HOST, :::",
    "HOST, 'a b'",
    "REDIS_URL, redis://localhost:6379/0?db=3",
    "REDIS_CHANNEL_PREFIX, 'a\u0000b'",
    "AUTH_SECRET, 0123456789abcdef0123456789abcde",
    "AUTH_SECRET, '0123456789abcdef0123456789abcdef,'",
    "AUTH_SECRET, '0123456789abcdef0123456789abcdef,short'",
    "ALLOWED_ORIGINS, example.com",
    "ALLOWED_ORIGINS, 'null'",
    "ALLOWED_ORIGINS, https://*.example.com/",
    "TRUSTED_PROXIES, localhost",
    "TRUSTED_PROXIES, 10.0.0.0/33",
    "MAX_CONNECTIONS_PER_ADDRESS, -1",
    "DEFAULT_ROOM, aaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaab",
    "DEFAULT_ROOM, 'a\u0007b'"
  })
  void badValueIsRefusedByItsName(String name, String value) {
    Setting setting = Setting.find(ChatSetting.all(), name).orElseThrow();
    assertTrue(problem(setting, value).startsWith(setting.name() + "="), value);
    Config defaults = Config.defaults();
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> defaults.with(setting, value));
    assertTrue(e.getMessage().startsWith(setting.name() + "="));
  }

  @ParameterizedTest
  @MethodSource("everySetting")
  void everySettingAcceptsOrRefusesAnyValueWithoutFailing(Setting setting) {
    for (String value :
        List.of("", "x", "0", "-1", "1e9", "\u0000", "::", "%", "a".repeat(10_000))) {
      try {
        assertTrue(fromFlag(setting, value).text(setting).length() <= value.length());
      } catch (ConfigException e) {
        assertFalse(e.problems().isEmpty());
      }
    }
  }

  @Test
  void settingsThatContradictEachOtherAreRefused() {
    assertEquals(
        List.of(
            "WS_HEARTBEAT_INTERVAL=60 (environment) must be less than"
                + " WS_HEARTBEAT_TIMEOUT=60 (default)",
            "HISTORY_TTL=10.5 (environment) must be at most ROOM_IDLE_TTL=10 (environment)"),
        problems(
            Optional.empty(),
            Map.of("WS_HEARTBEAT_INTERVAL", "60", "HISTORY_TTL", "10.5", "ROOM_IDLE_TTL", "10"),
            Map.of()));
    assertDoesNotThrow(
        () ->
            Config.load(
                ChatSetting.all(),
                Optional.empty(),
                Map.of("HISTORY_TTL", "10", "ROOM_IDLE_TTL", "10.0"),
                Map.of()));
  }

  @Test
  void oneTextMustFitIntoTheQueueToAClient() {
    List<String> problems =
        problems(
            Optional.empty(),
            Map.of("MAX_TEXT_LENGTH", "100000", "SEND_QUEUE_BYTES", "65536"),
            Map.of());
    assertEquals(1, problems.size());
    assertTrue(problems.getFirst().contains("SEND_QUEUE_BYTES=65536"));
    assertTrue(problems.getFirst().contains("MAX_TEXT_LENGTH=100000"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://user:s3cr3t@example.com:6379/0",
        "redis://:s3cr3t@example.com",
        "redis://:a:s3cr3t@example.com",
        "redis://:a@s3cr3t@example.com",
        "redis://s3cr3t@example.com",
        "rediss://user:s3cr3t/x@example.com",
        "http://user:s3cr3t@example.com",
        "user:s3cr3t@example.com",
        "redis:user:s3cr3t@example.com",
        "redis://user:s3cr3t@",
        "redis://user:\ns3cr3t@example.com",
        "redis://user:s3cr3t%40example.com:6379",
        "redis://:s3cr3t",
        "redis://user:s3cr3t/0",
        "redis://example.com:6379?password=s3cr3t",
        "s3cr3t!"
      })
  void passwordIsNeverShown(String url) {
    try {
      Config config = fromFlag(Setting.REDIS_URL, url);
      assertFalse(config.shown(Setting.REDIS_URL).contains("s3cr3t"));
      assertEquals(url, config.text(Setting.REDIS_URL));
    } catch (ConfigException e) {
      assertFalse(e.getMessage().contains("s3cr3t"), e.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3cr3t-s3cr3t-s3cr3t-s3cr3t-s3cr3t", "s3cr3t", "s3cr3t,s3cr3t"})
  void secretIsNeverShown(String secret) {
    try {
      Config config = fromFlag(Setting.AUTH_SECRET, secret);
      assertEquals("*** (34 bytes)", config.shown(Setting.AUTH_SECRET));
      assertEquals(secret, config.text(Setting.AUTH_SECRET));
      assertTrue(config.signingKeys().isPresent());
    } catch (ConfigException e) {
      assertEquals(
          "AUTH_SECRET="
              + (secret.contains(",") ? "*** (6 bytes), *** (6 bytes)" : "*** (6 bytes)")
              + " (--auth-secret) must be secrets of at least 32 bytes each, separated by commas",
          e.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "AUTH_SECRET s3cr3t",
        "AUTH_SECRET: s3cr3t=",
        "AUTH_SECRET s3cr3t=",
        "export A=s3cr3t"
      })
  void wrongLineOfAFileIsNotShownBecauseItMayHoldASecret(String line) throws IOException {
    Optional<Path> file = file(line);
    assertEquals(List.of(file.get() + ":1 is not NAME=VALUE"), problems(file, Map.of(), Map.of()));
  }

  @Test
  void withoutSecretThereAreNoSigningKeys() {
    assertEquals(Optional.empty(), Config.defaults().signingKeys());
    assertEquals("", Config.defaults().shown(Setting.AUTH_SECRET));
  }

  @Test
  void valuesWithoutSecretsAreShown() {
    Config config = Config.defaults();
    assertEquals("redis://localhost:6379/0", config.shown(Setting.REDIS_URL));
    assertEquals("8000", config.shown(Setting.PORT));
  }

  @Test
  void withReturnsAChangedCopy() {
    Config first = Config.defaults();
    Config second = first.with(Setting.PORT, "9000");
    assertEquals(8000, first.integer(Setting.PORT));
    assertEquals(9000, second.integer(Setting.PORT));
    assertEquals("program", second.source(Setting.PORT));
  }

  @Test
  void timesMayHaveFractions() throws ConfigException {
    Config config = fromFlag(Setting.HANDSHAKE_TIMEOUT, "0.0505");
    assertEquals(Duration.ofNanos(50_500_000), config.seconds(Setting.HANDSHAKE_TIMEOUT));
    assertEquals(Duration.ofDays(30), config.seconds(Setting.HISTORY_TTL));
    assertEquals(
        Duration.ofNanos(1),
        fromFlag(Setting.DRAIN_TIMEOUT, "0.000000001").seconds(Setting.DRAIN_TIMEOUT));
  }

  @Test
  void emptyNumberOfBytesIsAQuarterOfTheHeap() throws ConfigException {
    assertEquals(
        Runtime.getRuntime().maxMemory() / 4, Config.defaults().bytes(Setting.HISTORY_BYTES));
    assertEquals(
        2_000_000, fromFlag(Setting.HISTORY_BYTES, "2000000").bytes(Setting.HISTORY_BYTES));
  }

  @Test
  void nameOfTheDefaultRoomIsTrimmedAsInTheProtocol() throws ConfigException {
    assertEquals(
        "the room",
        fromFlag(ChatSetting.DEFAULT_ROOM, "\u3000the room\u00a0").text(ChatSetting.DEFAULT_ROOM));
  }

  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  private Path secretFile(String content) throws IOException {
    Path file = Files.writeString(folder.resolve("secret"), content);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void contentOfTheSecretFileBecomesTheSecret() throws Exception {
    String file = secretFile(SECRET + "\n").toString();
    Config config = fromEnvironment("AUTH_SECRET_FILE", file);
    assertEquals(SECRET, config.text(Setting.AUTH_SECRET));
    assertEquals("AUTH_SECRET=*** (32 bytes) (" + file + ")", config.describe(Setting.AUTH_SECRET));
    assertTrue(config.signingKeys().isPresent());
    assertTrue(Config.defaults().with(Setting.AUTH_SECRET_FILE, file).signingKeys().isPresent());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "too short"})
  void secretFileWithoutAGoodSecretIsAProblem(String content) throws IOException {
    Path file = secretFile(content);
    List<String> problems =
        problems(Optional.empty(), Map.of("AUTH_SECRET_FILE", file.toString()), Map.of());
    assertEquals(1, problems.size(), problems::toString);
    assertTrue(problems.getFirst().startsWith("AUTH_SECRET="), problems::toString);
    assertTrue(problems.getFirst().contains("(" + file + ") must "), problems::toString);
    assertFalse(problems.getFirst().contains("too short"), problems::toString);
    assertThrows(
        IllegalArgumentException.class,
        () -> Config.defaults().with(Setting.AUTH_SECRET_FILE, file.toString()));
  }

  @Test
  void secretAndSecretFileTogetherAreAProblem() throws IOException {
    String file = secretFile(SECRET).toString();
    List<String> problems =
        problems(file("AUTH_SECRET=" + SECRET), Map.of(), Map.of(Setting.AUTH_SECRET_FILE, file));
    assertEquals(1, problems.size(), problems::toString);
    assertTrue(problems.getFirst().endsWith("are both given: leave one of them out"));
  }

  @Test
  void secretFileThatOthersCanReadIsAProblem() throws IOException {
    Path file = secretFile(SECRET);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    String problem = problem(Setting.AUTH_SECRET_FILE, file.toString());
    assertTrue(problem.contains("must be accessible to its owner only"), problem);
  }
}
