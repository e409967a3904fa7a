package agentcore.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * One setting: its name, default, meaning, and the values that it may have.
 *
 * <p>The constants are the library's settings. A program adds its own with the factory methods and
 * passes the list of all settings to {@link Config#load(List, Optional, java.util.Map,
 * java.util.Map) Config.load}. The help, config.properties and the README are checked against that
 * list, so a setting is described in one place only.
 */
public final class Setting {
  /** Filled by {@link Declared#means} while this class is initialised; never changed later. */
  private static final List<Setting> LIBRARY = new ArrayList<>();

  public static final Setting HOST =
      library("HOST", "127.0.0.1", Kind.HOST).means("the address to listen on; 0.0.0.0 for all");
  public static final Setting PORT =
      library("PORT", "8000", Kind.PORT).means("the port to listen on; 0 picks a free one");
  public static final Setting ADMIN_HOST =
      library("ADMIN_HOST", "127.0.0.1", Kind.HOST).means("the address of ADMIN_PORT");
  public static final Setting ADMIN_PORT =
      library("ADMIN_PORT", "", Kind.OPTIONAL_PORT)
          .means("a port of its own for /health, /metrics and /admin, without TLS; empty for none");

  public static final Setting TLS_KEYSTORE =
      library("TLS_KEYSTORE", "", Kind.FILE)
          .means("PKCS #12 file with the key and certificates for wss and https");
  public static final Setting TLS_PASSWORD =
      library("TLS_PASSWORD", "", Kind.PASSWORD).means("the password of that file");

  public static final Setting BACKEND_TYPE =
      library("BACKEND_TYPE", "memory", Kind.choice(List.of("memory", "redis")))
          .means("memory for one server, redis for many");
  public static final Setting REDIS_URL =
      library("REDIS_URL", "redis://localhost:6379/0", Kind.REDIS_URL)
          .means(
              "where Redis is: redis:// or rediss://; hosts by commas for a cluster; redis-sentinel://HOSTS/NAME");
  public static final Setting REDIS_CHANNEL_PREFIX =
      library("REDIS_CHANNEL_PREFIX", "ws:", Kind.PREFIX)
          .means("how every key and channel in Redis begins");

  public static final Setting AUTH_SECRET =
      library("AUTH_SECRET", "", Kind.SECRETS)
          .means(
              "what tokens are signed with, 32 bytes or more; several by commas: the first signs");
  public static final Setting AUTH_SECRET_FILE =
      library("AUTH_SECRET_FILE", "", Kind.SECRET_FILE)
          .means("a file with AUTH_SECRET that only its owner can read; serve --team creates it");
  public static final Setting ALLOWED_ORIGINS =
      library("ALLOWED_ORIGINS", "", Kind.ORIGINS)
          .means(
              "web pages that may connect beside those of this host: https://example.com, ... or *");
  public static final Setting TRUSTED_PROXIES =
      library("TRUSTED_PROXIES", "", Kind.PROXIES)
          .means("addresses and networks, by commas, whose X-Forwarded-For is believed");

  public static final Setting MAX_CONNECTIONS_PER_CLIENT =
      library("MAX_CONNECTIONS_PER_CLIENT", "5", Kind.integer(1)).means("connections of one user");
  public static final Setting MAX_CONNECTIONS_PER_ADDRESS =
      library("MAX_CONNECTIONS_PER_ADDRESS", "0", Kind.integer(0))
          .means("connections of one address (IPv6: one /64) here; 0 for no limit");
  public static final Setting MAX_TOTAL_CONNECTIONS =
      library("MAX_TOTAL_CONNECTIONS", "10000", Kind.integer(1)).means("connections in all");

  public static final Setting WS_HEARTBEAT_INTERVAL =
      library("WS_HEARTBEAT_INTERVAL", "30", Kind.SECONDS)
          .means("a connection silent for so many seconds is pinged");
  public static final Setting WS_HEARTBEAT_TIMEOUT =
      library("WS_HEARTBEAT_TIMEOUT", "60", Kind.SECONDS)
          .means(
              "a connection silent for so many seconds, or taking nothing of what waits, is closed");
  public static final Setting WS_MAX_MESSAGE_SIZE =
      library("WS_MAX_MESSAGE_SIZE", "1048576", Kind.integer(125, 256 * 1024 * 1024))
          .means("bytes of one message from a client");

  public static final Setting RATE_LIMIT_MESSAGES =
      library("RATE_LIMIT_MESSAGES", "100", Kind.integer(0))
          .means("messages of one user per window; 0 for no limit");
  public static final Setting RATE_LIMIT_WINDOW =
      library("RATE_LIMIT_WINDOW", "60", Kind.SECONDS).means("the window, in seconds");
  public static final Setting RATE_LIMIT_BURST =
      library("RATE_LIMIT_BURST", "150", Kind.integer(1))
          .means("messages of one user at once, after a silence");

  public static final Setting HISTORY_SIZE =
      library("HISTORY_SIZE", "1000", Kind.integer(1, 1_000_000))
          .means("messages that a room's log keeps; in Redis each takes its text and 230 bytes");
  public static final Setting HISTORY_TTL =
      library("HISTORY_TTL", "2592000", Kind.SECONDS)
          .means("seconds after its last message that a room's log is kept");
  public static final Setting INBOX_SIZE =
      library("INBOX_SIZE", "1000", Kind.integer(1, 1_000_000))
          .means("entries that a user's log keeps");
  public static final Setting INBOX_TTL =
      library("INBOX_TTL", "2592000", Kind.SECONDS)
          .means("seconds that a user's log and lists are kept after their last use");
  public static final Setting HISTORY_BYTES =
      library("HISTORY_BYTES", "", Kind.BYTES)
          .means(
              "bytes of all logs (memory backend), and an eighth for users' lists; empty for a quarter of the heap");
  public static final Setting IDEMPOTENCY_TTL =
      library("IDEMPOTENCY_TTL", "300", Kind.SECONDS)
          .means("seconds that the id of a message is remembered");

  public static final Setting ROOM_IDLE_TTL =
      library("ROOM_IDLE_TTL", "2592000", Kind.SECONDS)
          .means(
              "seconds after which an empty room is removed; until then it counts for MAX_ROOMS");
  public static final Setting MAX_ROOMS =
      library("MAX_ROOMS", "10000", Kind.integer(1)).means("rooms in all");
  public static final Setting MAX_ROOMS_PER_USER =
      library("MAX_ROOMS_PER_USER", "100", Kind.integer(1))
          .means("rooms that one user created and that still exist");
  public static final Setting MAX_INVITATIONS_PER_ROOM =
      library("MAX_INVITATIONS_PER_ROOM", "1000", Kind.integer(1))
          .means("open invitations to one private room");
  public static final Setting PRESENCE_EVENTS_LIMIT =
      library("PRESENCE_EVENTS_LIMIT", "100", Kind.integer(0))
          .means("in rooms with more members, joins, leaves and typing are not announced");

  public static final Setting SEND_QUEUE_BYTES =
      library("SEND_QUEUE_BYTES", "1048576", Kind.integer(65536))
          .means("bytes that may wait to be sent to one client; beyond, it is closed");
  public static final Setting SEND_QUEUE_TOTAL_BYTES =
      library("SEND_QUEUE_TOTAL_BYTES", "", Kind.BYTES)
          .means(
              "bytes that may wait or be written for all clients; empty for a quarter of the heap");
  public static final Setting RECEIVE_TOTAL_BYTES =
      library("RECEIVE_TOTAL_BYTES", "", Kind.BYTES)
          .means("bytes of unfinished messages of all clients; empty for a quarter of the heap");

  public static final Setting MAX_HANDSHAKES =
      library("MAX_HANDSHAKES", "1000", Kind.integer(1))
          .means("connections whose request is not complete yet");
  public static final Setting HANDSHAKE_TIMEOUT =
      library("HANDSHAKE_TIMEOUT", "10", Kind.SECONDS)
          .means("seconds for a request to be complete");
  public static final Setting CLOSE_TIMEOUT =
      library("CLOSE_TIMEOUT", "1", Kind.SECONDS)
          .means("seconds for a client to read what is left after its connection is closed");
  public static final Setting DRAIN_TIMEOUT =
      library("DRAIN_TIMEOUT", "10", Kind.SECONDS)
          .means("seconds over which connections are closed when the server stops");

  private final String name;
  private final String defaultValue;
  private final Kind kind;
  private final String description;
  private final Function<Config, Optional<String>> rule;

  private Setting(
      String name,
      String defaultValue,
      Kind kind,
      String description,
      Function<Config, Optional<String>> rule) {
    if (!name.matches("[A-Z][A-Z0-9_]*")) {
      throw new IllegalArgumentException("a setting must have a name in capitals: " + name);
    }
    this.name = name;
    this.defaultValue = defaultValue;
    this.kind = kind;
    this.description = description;
    this.rule = rule;
  }

  private static Setting of(String name, String defaultValue, Kind kind, String description) {
    return new Setting(name, defaultValue, kind, description, config -> Optional.empty());
  }

  /** One of the library's settings, whose meaning follows. */
  private record Declared(String name, String defaultValue, Kind kind) {
    Setting means(String description) {
      Setting setting = of(name, defaultValue, kind, description);
      LIBRARY.add(setting);
      return setting;
    }
  }

  private static Declared library(String name, String defaultValue, Kind kind) {
    return new Declared(name, defaultValue, kind);
  }

  /** Returns the library's settings, in the order in which they are documented. */
  public static List<Setting> library() {
    return Collections.unmodifiableList(LIBRARY);
  }

  /**
   * Defines a setting that is a text, in which every {@code #} is part of the value. Error messages
   * show the value, so it must not be a secret.
   *
   * @param parser returns the text as it is kept, or throws an {@link IllegalArgumentException}
   *     whose message says what the value must be: "must be ..."
   */
  public static Setting text(
      String name, String defaultValue, UnaryOperator<String> parser, String description) {
    return of(name, defaultValue, Kind.text(parser), description);
  }

  /**
   * Defines a setting that is a secret, or several separated by commas. It is shown only by their
   * lengths, and must not be given with an empty value.
   *
   * @param parser accepts the value, or throws an {@link IllegalArgumentException} whose message
   *     says what the value must be and does not contain it
   * @param purpose why one may leave the setting out: "to ..."
   */
  public static Setting secrets(
      String name, Function<String, ?> parser, String purpose, String description) {
    return of(name, "", Kind.secrets(parser, purpose), description);
  }

  /** Defines a setting that is an integer of at least {@code min}. */
  public static Setting integer(String name, int defaultValue, int min, String description) {
    return of(name, String.valueOf(defaultValue), Kind.integer(min), description);
  }

  /** Defines a setting that is an integer from {@code min} to {@code max}. */
  public static Setting integer(
      String name, int defaultValue, int min, int max, String description) {
    return of(name, String.valueOf(defaultValue), Kind.integer(min, max), description);
  }

  /** Defines a setting that is a number of seconds greater than 0, with or without a fraction. */
  public static Setting seconds(String name, String defaultValue, String description) {
    return of(name, defaultValue, Kind.SECONDS, description);
  }

  /** Defines a setting that is one of a few words, in any case. */
  public static Setting choice(
      String name, String defaultValue, List<String> words, String description) {
    return of(name, defaultValue, Kind.choice(List.copyOf(words)), description);
  }

  /**
   * Returns a setting that replaces this one and has a rule that involves other settings. A value
   * that is given for one of the two is not found under the other.
   *
   * @param other is asked when each value is valid by itself; returns the problem, if there is one.
   *     {@link Config#describe} names a value and its source
   */
  public Setting withRule(Function<Config, Optional<String>> other) {
    return new Setting(name, defaultValue, kind, description, other);
  }

  /** Returns the name in config.properties and the environment. */
  public String name() {
    return name;
  }

  /** Returns the value where none is given; empty where it depends on the machine. */
  public String defaultValue() {
    return defaultValue;
  }

  /** Returns what the setting means, in one line. */
  public String description() {
    return description;
  }

  /** Returns the flag for it: {@code --port} for PORT. */
  public String flag() {
    return "--" + name.toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Finds a setting by its name. */
  public static Optional<Setting> find(List<Setting> settings, String name) {
    return settings.stream().filter(setting -> setting.name.equals(name)).findFirst();
  }

  Kind kind() {
    return kind;
  }

  Optional<String> problem(Config config) {
    return rule.apply(config);
  }

  @Override
  public String toString() {
    return name;
  }
}
