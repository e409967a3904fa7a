package agentcore.core;

import agentcore.core.backend.BackendLimits;
import agentcore.core.connection.ConnectionLimits;
import agentcore.core.message.Names;
import agentcore.core.security.Origins;
import agentcore.core.security.SigningKeys;
import agentcore.core.security.TrustedProxies;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The settings in force. Immutable; {@link #with} makes another.
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
 * <p>A setting that protects something ({@code AUTH_SECRET}, {@code TLS_KEYSTORE}, {@code
 * TLS_PASSWORD}) must not be given with an empty value: such a value is a mistake, for example a
 * variable that was not set. To do without, leave the setting out. A variable with nearly its name,
 * such as {@code auth_secret}, is a mistake too.
 *
 * {@snippet file="Servers.java" region="settings"}
 */
public final class Config {
  /** A control character in JSON. */
  private static final long MAX_BYTES_PER_CHARACTER = 6;

  /** What an event has beside its text, at the most about. */
  private static final long OTHER_FIELDS = 4096;

  private static final String DEFAULT = "default";

  /** What decoding puts in the place of bytes that are not in the expected encoding. */
  private static final char REPLACEMENT = '\ufffd';

  private static final Pattern NO_LETTERS = Pattern.compile("[^A-Za-z]");

  private record Value(String text, String source) {}

  /**
   * Settings as they were given, and all that is wrong with them.
   *
   * @param config of use only where there are no problems, but for being shown
   */
  public record Inspection(Config config, List<String> problems) {}

  private final Map<Setting, Value> values;

  private Config(Map<Setting, Value> values) {
    this.values = values;
  }

  /** Returns the defaults. */
  public static Config defaults() {
    Map<Setting, Value> values = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values()) {
      values.put(setting, new Value(setting.defaultValue(), DEFAULT));
    }
    return new Config(values);
  }

  /**
   * Returns the settings from all their sources.
   *
   * @param file the file of settings, lines of NAME=VALUE
   * @param environment as {@link System#getenv()} has it; what is no setting is ignored, unless it
   *     is nearly the name of one that protects something
   * @param flags by setting
   * @throws ConfigException naming everything that is wrong
   */
  public static Config load(
      Optional<Path> file, Map<String, String> environment, Map<Setting, String> flags)
      throws ConfigException {
    Inspection seen = inspect(file, environment, flags);
    if (!seen.problems().isEmpty()) {
      throw new ConfigException(seen.problems());
    }
    return seen.config();
  }

  /** Returns the settings from all their sources, like {@link #load}, whatever is wrong. */
  public static Inspection inspect(
      Optional<Path> file, Map<String, String> environment, Map<Setting, String> flags) {
    List<String> problems = new ArrayList<>();
    Config config = defaults();
    if (file.isPresent()) {
      SettingsFile read = SettingsFile.read(file.get());
      read.entries().forEach(each -> config.set(each.setting(), each.value(), each.source()));
      problems.addAll(read.problems());
    }
    for (Setting setting : Setting.values()) {
      if (environment.containsKey(setting.name())) {
        String written = environment.get(setting.name());
        config.set(setting, setting.kind().notation().inEnvironment(written), "environment");
      }
    }
    problems.addAll(misspelt(environment.keySet()));
    flags.forEach(
        (setting, written) ->
            config.set(setting, setting.kind().notation().inFlag(written), setting.flag()));
    config.check(problems);
    return new Inspection(config, List.copyOf(problems));
  }

  /**
   * Finds variables such as {@code auth_secret}. The server would start without the protection that
   * they were meant to give.
   */
  private static List<String> misspelt(Set<String> names) {
    List<String> problems = new ArrayList<>();
    for (Setting setting : Setting.values()) {
      if (isProtecting(setting) && !names.contains(setting.name())) {
        names.stream()
            .filter(name -> letters(name).equals(letters(setting)))
            .map(name -> Names.printable(name) + " (environment) must be named " + setting)
            .forEach(problems::add);
      }
    }
    return problems;
  }

  /** Says whether a setting may be left out but not be empty: only those that protect something. */
  private static boolean isProtecting(Setting setting) {
    return setting.defaultValue().isEmpty() && setting.kind().fault().apply("").isPresent();
  }

  private static String letters(Object name) {
    return NO_LETTERS.matcher(name.toString()).replaceAll("").toUpperCase(Locale.ROOT);
  }

  /**
   * Returns these settings with one changed.
   *
   * @throws IllegalArgumentException where the value cannot be
   */
  public Config with(Setting setting, String value) {
    Config changed = new Config(new EnumMap<>(values));
    changed.set(setting, value, "program");
    List<String> problems = new ArrayList<>();
    changed.checkOne(setting, problems);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(problems.getFirst());
    }
    return changed;
  }

  private void set(Setting setting, String value, String source) {
    values.put(setting, new Value(setting.kind().normal().apply(value), source));
  }

  private void check(List<String> problems) {
    int before = problems.size();
    for (Setting setting : Setting.values()) {
      checkOne(setting, problems);
    }
    if (isGiven(Setting.TLS_PASSWORD) && !isGiven(Setting.TLS_KEYSTORE)) {
      problems.add(
          describe(Setting.TLS_PASSWORD)
              + " is given without TLS_KEYSTORE: give both, or leave both out to serve without TLS");
    }
    if (problems.size() > before) {
      return; // what is compared below must be readable
    }
    requireLess(Setting.WS_HEARTBEAT_INTERVAL, "less than", Setting.WS_HEARTBEAT_TIMEOUT, problems);
    requireLess(Setting.HISTORY_TTL, "at most", Setting.ROOM_IDLE_TTL, problems);
    long largestEvent = MAX_BYTES_PER_CHARACTER * integer(Setting.MAX_TEXT_LENGTH) + OTHER_FIELDS;
    if (largestEvent > integer(Setting.SEND_QUEUE_BYTES)) {
      problems.add(
          describe(Setting.SEND_QUEUE_BYTES)
              + " must hold one text of "
              + describe(Setting.MAX_TEXT_LENGTH)
              + ", that is "
              + largestEvent);
    }
  }

  private void checkOne(Setting setting, List<String> problems) {
    fault(setting).ifPresent(fault -> problems.add(describe(setting) + " " + fault));
  }

  private void requireLess(Setting small, String relation, Setting large, List<String> problems) {
    int order = seconds(small).compareTo(seconds(large));
    if (order > 0 || (order == 0 && relation.equals("less than"))) {
      problems.add(describe(small) + " must be " + relation + " " + describe(large));
    }
  }

  private String describe(Setting setting) {
    return setting + "=" + shown(setting) + " (" + source(setting) + ")";
  }

  /** Says what is wrong with a setting's value, seen by itself: what it must be. */
  public Optional<String> fault(Setting setting) {
    if (!isGiven(setting)) {
      return Optional.empty();
    }
    return text(setting).indexOf(REPLACEMENT) >= 0
        ? Optional.of("must be UTF-8")
        : setting.kind().fault().apply(text(setting));
  }

  /** Says whether a setting's value was given, and is not the default. */
  private boolean isGiven(Setting setting) {
    return !source(setting).equals(DEFAULT);
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

  private Value value(Setting setting) {
    return Objects.requireNonNull(values.get(setting), setting.name()); // each has a default
  }

  /** Returns a setting's value as a number. */
  public int integer(Setting setting) {
    return Integer.parseInt(text(setting));
  }

  /** Returns a setting's value as a time. */
  public Duration seconds(Setting setting) {
    return Duration.ofNanos(new BigDecimal(text(setting)).movePointRight(9).longValueExact());
  }

  /** Returns a number of bytes; a quarter of the heap where the value is empty. */
  public long bytes(Setting setting) {
    String text = text(setting);
    return text.isEmpty() ? Runtime.getRuntime().maxMemory() / 4 : Long.parseLong(text);
  }

  /** Returns what signs and verifies tokens; empty where anybody may connect as anybody. */
  public Optional<SigningKeys> signingKeys() {
    return Optional.of(text(Setting.AUTH_SECRET))
        .filter(secrets -> !secrets.isEmpty())
        .map(SigningKeys::parse);
  }

  /** Returns which web pages may connect. */
  public Origins allowedOrigins() {
    return Origins.parse(text(Setting.ALLOWED_ORIGINS));
  }

  /** Returns whose word counts for where a request comes from. */
  public TrustedProxies trustedProxies() {
    return TrustedProxies.parse(text(Setting.TRUSTED_PROXIES));
  }

  /** Returns what a backend may keep. */
  public BackendLimits backendLimits() {
    return new BackendLimits(
        integer(Setting.HISTORY_SIZE),
        seconds(Setting.HISTORY_TTL),
        bytes(Setting.HISTORY_BYTES),
        seconds(Setting.IDEMPOTENCY_TTL),
        seconds(Setting.ROOM_IDLE_TTL),
        integer(Setting.MAX_ROOMS),
        integer(Setting.MAX_ROOMS_PER_USER),
        integer(Setting.MAX_INVITATIONS_PER_ROOM),
        integer(Setting.PRESENCE_EVENTS_LIMIT));
  }

  /** Returns how many connections there may be. */
  public ConnectionLimits connectionLimits() {
    return new ConnectionLimits(
        integer(Setting.MAX_CONNECTIONS_PER_CLIENT),
        integer(Setting.MAX_TOTAL_CONNECTIONS),
        integer(Setting.SEND_QUEUE_BYTES),
        bytes(Setting.SEND_QUEUE_TOTAL_BYTES));
  }
}
