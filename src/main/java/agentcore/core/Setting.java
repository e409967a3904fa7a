package agentcore.core;

import java.util.Locale;
import java.util.Optional;

/**
 * Every setting: its default and what it means. This is the one place where a setting is described;
 * config.properties and the README are checked against it.
 */
public enum Setting {
  HOST("127.0.0.1", Kind.HOST, "the address to listen on; 0.0.0.0 for all"),
  PORT("8000", Kind.PORT, "the port to listen on; 0 picks a free one"),
  ADMIN_HOST("127.0.0.1", Kind.HOST, "the address of ADMIN_PORT"),
  ADMIN_PORT(
      "",
      Kind.OPTIONAL_PORT,
      "a port of its own for /health and /metrics, without TLS; empty for none"),
  TLS_KEYSTORE("", Kind.FILE, "PKCS #12 file with the key and certificates for wss and https"),
  TLS_PASSWORD("", Kind.PASSWORD, "the password of that file"),
  BACKEND_TYPE("memory", Kind.choice("memory", "redis"), "memory for one server, redis for many"),
  REDIS_URL(
      "redis://localhost:6379/0",
      Kind.REDIS_URL,
      "where Redis is: redis:// or rediss://, user, password and database as usual"),
  REDIS_CHANNEL_PREFIX("ws:", Kind.PREFIX, "how every key and channel in Redis begins"),
  AUTH_SECRET(
      "",
      Kind.SECRETS,
      "what tokens are signed with, 32 bytes or more; several by commas: the first signs"),
  ALLOWED_ORIGINS(
      "",
      Kind.ORIGINS,
      "web pages that may connect beside those of this host: https://example.com, ... or *"),
  TRUSTED_PROXIES(
      "", Kind.PROXIES, "addresses and networks, by commas, whose X-Forwarded-For is believed"),
  MAX_CONNECTIONS_PER_CLIENT("5", Kind.integer(1), "connections of one user"),
  MAX_CONNECTIONS_PER_ADDRESS(
      "0", Kind.integer(0), "connections of one address (IPv6: one /64) here; 0 for no limit"),
  MAX_TOTAL_CONNECTIONS("10000", Kind.integer(1), "connections in all"),
  WS_HEARTBEAT_INTERVAL("30", Kind.SECONDS, "a connection silent for so many seconds is pinged"),
  WS_HEARTBEAT_TIMEOUT(
      "60",
      Kind.SECONDS,
      "a connection silent for so many seconds, or taking nothing of what waits, is closed"),
  WS_MAX_MESSAGE_SIZE(
      "1048576", Kind.integer(125, 256 * 1024 * 1024), "bytes of one message from a client"),
  RATE_LIMIT_MESSAGES("100", Kind.integer(0), "messages of one user per window; 0 for no limit"),
  RATE_LIMIT_WINDOW("60", Kind.SECONDS, "the window, in seconds"),
  RATE_LIMIT_BURST("150", Kind.integer(1), "messages of one user at once, after a silence"),
  DEFAULT_ROOM("lobby", Kind.ROOM_NAME, "the room that everyone is put into; empty for none"),
  MAX_TEXT_LENGTH("1000", Kind.integer(1, 1_000_000), "characters of one chat or private message"),
  HISTORY_SIZE("1000", Kind.integer(1, 1_000_000), "messages that a room's log keeps"),
  HISTORY_TTL("86400", Kind.SECONDS, "seconds after its last message that a room's log is kept"),
  HISTORY_BYTES(
      "", Kind.BYTES, "memory for all logs (memory backend); empty for a quarter of the heap"),
  IDEMPOTENCY_TTL("300", Kind.SECONDS, "seconds that the id of a chat message is remembered"),
  ROOM_IDLE_TTL("86400", Kind.SECONDS, "seconds after which an empty room is removed"),
  MAX_ROOMS("10000", Kind.integer(1), "rooms in all"),
  MAX_ROOMS_PER_USER("100", Kind.integer(1), "rooms that one user created and that still exist"),
  MAX_ROOMS_PER_CONNECTION("100", Kind.integer(1), "rooms that one connection is in"),
  MAX_INVITATIONS_PER_ROOM("1000", Kind.integer(1), "open invitations to one private room"),
  PRESENCE_EVENTS_LIMIT(
      "100", Kind.integer(0), "joins, leaves and typing are not told in rooms of more members"),
  SEND_QUEUE_BYTES(
      "1048576",
      Kind.integer(65536),
      "bytes that may wait to be sent to one client; beyond, it is closed"),
  SEND_QUEUE_TOTAL_BYTES(
      "",
      Kind.BYTES,
      "bytes that may wait or be written for all clients; empty for a quarter of the heap"),
  RECEIVE_TOTAL_BYTES(
      "",
      Kind.BYTES,
      "bytes of unfinished messages of all clients; empty for a quarter of the heap"),
  MAX_HANDSHAKES("1000", Kind.integer(1), "connections whose request is not complete yet"),
  HANDSHAKE_TIMEOUT("10", Kind.SECONDS, "seconds for a request to be complete"),
  DRAIN_TIMEOUT(
      "10", Kind.SECONDS, "seconds over which connections are closed when the server stops"),
  LOG_LEVEL(
      "INFO", Kind.choice("DEBUG", "INFO", "WARNING", "ERROR"), "what is logged, in any case"),
  LOG_FORMAT(
      "text",
      Kind.choice("text", "json"),
      "how it is logged: for people, or one JSON object a line");

  private final String defaultValue;

  private final Kind kind;

  private final String description;

  Setting(String defaultValue, Kind kind, String description) {
    this.defaultValue = defaultValue;
    this.kind = kind;
    this.description = description;
  }

  /** Returns the value where none is given; empty where it depends on the machine. */
  public String defaultValue() {
    return defaultValue;
  }

  /** Returns what it means, in one line. */
  public String description() {
    return description;
  }

  /** Returns the flag for it: {@code --port} for PORT. */
  public String flag() {
    return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Finds a setting by its name. */
  public static Optional<Setting> find(String name) {
    for (Setting setting : values()) {
      if (setting.name().equals(name)) {
        return Optional.of(setting);
      }
    }
    return Optional.empty();
  }

  Kind kind() {
    return kind;
  }
}
