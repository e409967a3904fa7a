package agentcore.core;

import agentcore.core.auth.SigningKeys;
import agentcore.core.backend.Backend;
import agentcore.core.backend.BackendLimits;
import agentcore.core.backend.memory.MemoryBackend;
import agentcore.core.backend.redis.RedisBackend;
import agentcore.core.connection.ConnectionLimits;
import agentcore.core.security.Origins;
import agentcore.core.security.SecretFile;
import agentcore.core.security.TrustedProxies;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The settings in force. Immutable: {@link #with} returns a changed copy.
 *
 * <p>A value comes from the defaults, a file, the environment or a flag; each overrides the one
 * before. White space around a value does not count, except around a password from the environment
 * or a flag. Quotes are part of the value.
 *
 * <p>In a file and in the environment a comment may follow a number, a word, an address or {@code
 * REDIS_CHANNEL_PREFIX}: it begins at white space followed by {@code #}, never at the first
 * character of the value. In a secret, password, URL, origin, file name or room name every {@code
 * #} is part of the value. In a file, a line that begins with {@code #} is a comment too. A flag
 * holds no comment.
 *
 * <p>A setting that protects something ({@code AUTH_SECRET}, {@code AUTH_SECRET_FILE}, {@code
 * TLS_KEYSTORE}, {@code TLS_PASSWORD}) must not be given with an empty value: such a value is a
 * mistake, for example a variable that was not set. To do without, leave the setting out. A
 * variable with nearly its name, such as {@code auth_secret}, is a mistake too.
 *
 * <p>{@code AUTH_SECRET_FILE} names a file whose content becomes the value of {@code AUTH_SECRET}.
 * Giving both is a mistake.
 *
 * {@snippet file="Servers.java" region="settings"}
 */
public final class Config {
  private static final Config DEFAULTS = new Config(Map.of());

  /** What decoding puts in the place of bytes that are not in the expected encoding. */
  private static final char REPLACEMENT = '\ufffd';

  private record Value(String text, String source) {}

  /**
   * Settings as they were given, and all that is wrong with them.
   *
   * @param config usable only if there are no problems, except for being shown
   * @param problems one line each
   */
  public record Inspection(Config config, List<String> problems) {}

  /** The values that were given; every other setting has its default. */
  private final Map<Setting, Value> given;

  private Config(Map<Setting, Value> given) {
    this.given = given;
  }

  /** Returns the defaults of all settings. */
  public static Config defaults() {
    return DEFAULTS;
  }

  /**
   * Reads the library's settings; a program with settings of its own calls {@link #load(List,
   * Optional, Map, Map)}.
   *
   * @throws ConfigException naming everything that is wrong
   */
  public static Config load(
      Optional<Path> file, Map<String, String> environment, Map<Setting, String> flags)
      throws ConfigException {
    return load(Setting.library(), file, environment, flags);
  }

  /**
   * Reads settings from all their sources.
   *
   * @param settings all that there are: {@link Setting#library} and the program's own
   * @param file the file of settings, lines of NAME=VALUE
   * @param environment as {@link System#getenv()} returns it. Other variables are ignored, unless
   *     their name is nearly the name of a setting that protects something
   * @param flags by setting
   * @throws ConfigException naming everything that is wrong
   */
  public static Config load(
      List<Setting> settings,
      Optional<Path> file,
      Map<String, String> environment,
      Map<Setting, String> flags)
      throws ConfigException {
    Inspection seen = inspect(settings, file, environment, flags);
    if (!seen.problems().isEmpty()) {
      throw new ConfigException(seen.problems());
    }
    return seen.config();
  }

  /** Reads settings as {@link #load(List, Optional, Map, Map)} does, whatever is wrong. */
  public static Inspection inspect(
      List<Setting> settings,
      Optional<Path> file,
      Map<String, String> environment,
      Map<Setting, String> flags) {
    return new ConfigReader(settings).read(file, environment, flags);
  }

  /**
   * Returns these settings with one changed. Rules between settings are checked when a server is
   * constructed. AUTH_SECRET_FILE also changes AUTH_SECRET to the content of the file.
   *
   * @throws IllegalArgumentException if the value is invalid
   */
  public Config with(Setting setting, String value) {
    return with(setting, value, "program");
  }

  /**
   * Returns these settings with one changed, as {@link #with(Setting, String)} does.
   *
   * @param source where the value comes from, for messages
   */
  public Config with(Setting setting, String value, String source) {
    Config changed = given(setting, value, source);
    Optional<String> fault = changed.fault(setting);
    if (fault.isPresent()) {
      throw new IllegalArgumentException(changed.describe(setting) + " " + fault.get());
    }
    return setting == Setting.AUTH_SECRET_FILE
        ? changed.with(Setting.AUTH_SECRET, changed.secretOfFile(), changed.text(setting))
        : changed;
  }

  String secretOfFile() {
    return SecretFile.read(Path.of(text(Setting.AUTH_SECRET_FILE)));
  }

  /** Returns these settings with one changed, which is not checked. */
  Config given(Setting setting, String value, String source) {
    Map<Setting, Value> more = new HashMap<>(given);
    more.put(setting, new Value(setting.kind().normal().apply(value), source));
    return new Config(more);
  }

  /** Returns what is wrong with a setting's value, seen by itself: what it must be. */
  public Optional<String> fault(Setting setting) {
    if (!isGiven(setting)) {
      return Optional.empty();
    }
    return text(setting).indexOf(REPLACEMENT) >= 0
        ? Optional.of("must be UTF-8")
        : setting.kind().fault().apply(text(setting));
  }

  /**
   * Checks what {@link #with} cannot, because its calls may come in any order.
   *
   * @throws IllegalArgumentException if settings contradict each other
   */
  void requireConsistent() {
    List<String> problems = new ArrayList<>(contradictions(given.keySet()));
    missingKeystore().ifPresent(problems::add);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }

  /** Returns the problem of a password without a keystore, if there is one. */
  Optional<String> missingKeystore() {
    return isGiven(Setting.TLS_PASSWORD) && !isGiven(Setting.TLS_KEYSTORE)
        ? Optional.of(
            describe(Setting.TLS_PASSWORD)
                + " is given without TLS_KEYSTORE: give both, or leave both out to serve without TLS")
        : Optional.empty();
  }

  /** Returns which valid values contradict each other, by the library's rules and the settings'. */
  List<String> contradictions(Collection<Setting> settings) {
    List<String> problems = new ArrayList<>();
    requireLess(Setting.WS_HEARTBEAT_INTERVAL, "less than", Setting.WS_HEARTBEAT_TIMEOUT)
        .ifPresent(problems::add);
    requireLess(Setting.HISTORY_TTL, "at most", Setting.ROOM_IDLE_TTL).ifPresent(problems::add);
    settings.forEach(setting -> setting.problem(this).ifPresent(problems::add));
    return problems;
  }

  private Optional<String> requireLess(Setting small, String relation, Setting large) {
    int order = seconds(small).compareTo(seconds(large));
    return order > 0 || (order == 0 && relation.equals("less than"))
        ? Optional.of(describe(small) + " must be " + relation + " " + describe(large))
        : Optional.empty();
  }

  boolean isGiven(Setting setting) {
    return given.containsKey(setting);
  }

  /** Returns a setting's value as it was given. */
  public String text(Setting setting) {
    return value(setting).text();
  }

  /** Returns a setting's value with its secrets hidden. */
  public String shown(Setting setting) {
    return setting.kind().shown().apply(text(setting));
  }

  /** Returns where a setting's value comes from. */
  public String source(Setting setting) {
    return value(setting).source();
  }

  /** Returns a setting's name, value and source for a message, with secrets hidden. */
  public String describe(Setting setting) {
    return setting + "=" + shown(setting) + " (" + source(setting) + ")";
  }

  private Value value(Setting setting) {
    Value value = given.get(setting);
    return value == null ? new Value(setting.defaultValue(), "default") : value;
  }

  /** Returns a setting's value as a number. */
  public int integer(Setting setting) {
    return Integer.parseInt(text(setting));
  }

  /** Returns a setting's value as a duration. */
  public Duration seconds(Setting setting) {
    return Duration.ofNanos(new BigDecimal(text(setting)).movePointRight(9).longValueExact());
  }

  /** Returns a number of bytes; a quarter of the heap where the value is empty. */
  public long bytes(Setting setting) {
    String text = text(setting);
    return text.isEmpty() ? Runtime.getRuntime().maxMemory() / 4 : Long.parseLong(text);
  }

  /** Returns the keys that sign and verify tokens; empty if anyone may connect as anyone. */
  Optional<SigningKeys> signingKeys() {
    return Optional.of(text(Setting.AUTH_SECRET))
        .filter(secrets -> !secrets.isEmpty())
        .map(SigningKeys::parse);
  }

  /** Returns the backend that BACKEND_TYPE names, not started: to share it or to wrap it. */
  public Backend backend() {
    return text(Setting.BACKEND_TYPE).equals("redis")
        ? new RedisBackend(
            text(Setting.REDIS_URL), text(Setting.REDIS_CHANNEL_PREFIX), backendLimits())
        : new MemoryBackend(backendLimits());
  }

  /** Returns the limits of a backend. */
  public BackendLimits backendLimits() {
    return new BackendLimits(
        integer(Setting.HISTORY_SIZE),
        seconds(Setting.HISTORY_TTL),
        integer(Setting.INBOX_SIZE),
        seconds(Setting.INBOX_TTL),
        bytes(Setting.HISTORY_BYTES),
        seconds(Setting.IDEMPOTENCY_TTL),
        seconds(Setting.ROOM_IDLE_TTL),
        integer(Setting.MAX_ROOMS),
        integer(Setting.MAX_ROOMS_PER_USER),
        integer(Setting.MAX_INVITATIONS_PER_ROOM),
        integer(Setting.PRESENCE_EVENTS_LIMIT));
  }

  Origins allowedOrigins() {
    return Origins.parse(text(Setting.ALLOWED_ORIGINS));
  }

  TrustedProxies trustedProxies() {
    return TrustedProxies.parse(text(Setting.TRUSTED_PROXIES));
  }

  ConnectionLimits connectionLimits() {
    return new ConnectionLimits(
        integer(Setting.MAX_CONNECTIONS_PER_CLIENT),
        integer(Setting.MAX_TOTAL_CONNECTIONS),
        integer(Setting.SEND_QUEUE_BYTES),
        bytes(Setting.SEND_QUEUE_TOTAL_BYTES));
  }
}
