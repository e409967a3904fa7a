package agentcore.core;

import agentcore.core.auth.Origins;
import agentcore.core.auth.SigningKeys;
import agentcore.core.auth.TrustedProxies;
import agentcore.core.backend.BackendLimits;
import agentcore.core.connection.ConnectionLimits;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The settings in force. Immutable; {@link #with} makes another.
 *
 * <p>A value comes from the defaults, a file, the environment or a flag; each overrides the one
 * before. In a value, white space followed by {@code #} begins a comment.
 *
 * {@snippet file="Servers.java" region="settings"}
 */
public final class Config {
  /** A control character in JSON. */
  private static final long MAX_BYTES_PER_CHARACTER = 6;

  /** What an event has beside its text, at the most about. */
  private static final long OTHER_FIELDS = 4096;

  private static final Pattern NAME = Pattern.compile("\\w+");

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
      values.put(setting, new Value(setting.defaultValue(), "default"));
    }
    return new Config(values);
  }

  /**
   * Returns the settings from all their sources.
   *
   * @param file the file of settings, lines of NAME=VALUE
   * @param environment as {@link System#getenv()} has it; what is no setting is ignored
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
      readFile(file.get(), config, problems);
    }
    for (Setting setting : Setting.values()) {
      if (environment.containsKey(setting.name())) {
        config.set(setting, withoutComment(environment.get(setting.name())), "environment");
      }
    }
    flags.forEach((setting, value) -> config.set(setting, value.strip(), setting.flag()));
    config.check(problems);
    return new Inspection(config, List.copyOf(problems));
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

  private static void readFile(Path file, Config config, List<String> problems) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (CharacterCodingException e) {
      problems.add(file + " is not UTF-8");
      return;
    } catch (IOException e) {
      problems.add("cannot read " + file);
      return;
    }
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        readLine(line, file + ":" + (i + 1), config, problems);
      }
    }
  }

  private static void readLine(String line, String source, Config config, List<String> problems) {
    int equals = line.indexOf('=');
    String name = equals < 0 ? line : line.substring(0, equals).strip();
    Optional<Setting> setting = Setting.find(name);
    if (equals < 0 || !NAME.matcher(name).matches()) {
      problems.add(source + " is not NAME=VALUE"); // nor shown, since it may hold a secret
    } else if (setting.isEmpty()) {
      problems.add(source + " names no setting: " + name);
    } else {
      config.set(setting.get(), withoutComment(line.substring(equals + 1)), source);
    }
  }

  /** Cuts an inline comment off: white space and a {@code #}, which no URL holds. */
  private static String withoutComment(String value) {
    return value.replaceFirst("(^|\\s)\\s*#.*", "").strip();
  }

  private void check(List<String> problems) {
    int before = problems.size();
    for (Setting setting : Setting.values()) {
      checkOne(setting, problems);
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
    return setting.kind().fault().apply(text(setting));
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
