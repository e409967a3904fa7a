package agentcore.example;

import agentcore.core.Config;
import agentcore.core.Setting;
import agentcore.core.message.Names;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The settings of the chat server, beside those of the library. */
public final class ChatSetting {
  public static final Setting API_KEYS =
      Setting.secrets(
          "API_KEYS",
          ApiKeys::parse,
          "to have no HTTP API",
          "keys of the HTTP API: NAME:SECRET, ..., or NAME:SECRET:SCOPE (publish, read, manage)");

  public static final Setting PRIVATE_RATE_LIMIT =
      Setting.integer(
          "PRIVATE_RATE_LIMIT",
          120,
          0,
          "private messages and invitations of one user a minute; 0 for no limit");

  public static final Setting PRIVATE_RATE_LIMIT_TARGET =
      Setting.integer(
          "PRIVATE_RATE_LIMIT_TARGET",
          600,
          0,
          "private messages and invitations to one user a minute; 0 for no limit");

  public static final Setting PRIVATE_RATE_LIMIT_TOTAL =
      Setting.integer(
          "PRIVATE_RATE_LIMIT_TOTAL",
          60_000,
          0,
          "private messages and invitations in all a minute, here; 0 for no limit");

  public static final Setting API_RATE_LIMIT =
      Setting.integer(
          "API_RATE_LIMIT", 100, 0, "requests of one API key a second, here; 0 for no limit");

  public static final Setting DEFAULT_ROOM =
      Setting.text(
          "DEFAULT_ROOM",
          "lobby",
          ChatSetting::roomName,
          "the room that everyone is put into; empty for none");

  public static final Setting MAX_TEXT_LENGTH =
      Setting.integer(
              "MAX_TEXT_LENGTH", 1000, 1, 1_000_000, "characters of one chat or private message")
          .withRule(ChatSetting::longestTextMustFit);

  public static final Setting MAX_ROOMS_PER_CONNECTION =
      Setting.integer("MAX_ROOMS_PER_CONNECTION", 100, 1, "rooms that one connection is in");

  public static final Setting MAX_ROOMS_JOINED =
      Setting.integer("MAX_ROOMS_JOINED", 500, 1, "rooms that one user joined and has not left");

  public static final Setting READ_RECEIPTS =
      Setting.choice(
          "READ_RECEIPTS",
          "false",
          List.of("false", "true"),
          "whether users see how far others have read");

  public static final Setting LOG_LEVEL =
      Setting.choice(
          "LOG_LEVEL",
          "INFO",
          List.of("DEBUG", "INFO", "WARNING", "ERROR"),
          "what is logged, in any case");

  public static final Setting LOG_FORMAT =
      Setting.choice(
          "LOG_FORMAT",
          "text",
          List.of("text", "json"),
          "how it is logged: for people, or one JSON object a line");

  /** A control character is escaped in JSON, which takes six bytes. */
  private static final long MAX_BYTES_PER_CHARACTER = 6;

  /** The approximate maximum size of an event without its text. */
  private static final long OTHER_FIELDS = 4096;

  private ChatSetting() {}

  /** Returns all settings of the chat server, in the order in which they are documented. */
  public static List<Setting> all() {
    List<Setting> all = new ArrayList<>(Setting.library());
    addAfter(all, Setting.AUTH_SECRET_FILE, API_KEYS);
    addAfter(
        all,
        Setting.RATE_LIMIT_BURST,
        PRIVATE_RATE_LIMIT,
        PRIVATE_RATE_LIMIT_TARGET,
        PRIVATE_RATE_LIMIT_TOTAL,
        API_RATE_LIMIT);
    addAfter(all, API_RATE_LIMIT, DEFAULT_ROOM, MAX_TEXT_LENGTH);
    addAfter(all, Setting.MAX_ROOMS_PER_USER, MAX_ROOMS_PER_CONNECTION, MAX_ROOMS_JOINED);
    addAfter(all, Setting.INBOX_TTL, READ_RECEIPTS);
    addAfter(all, Setting.DRAIN_TIMEOUT, LOG_LEVEL, LOG_FORMAT);
    return List.copyOf(all);
  }

  private static void addAfter(List<Setting> all, Setting before, Setting... added) {
    all.addAll(all.indexOf(before) + 1, Arrays.asList(added));
  }

  private static String roomName(String text) {
    String name = Names.trim(text);
    int max = Requests.MAX_ROOM_NAME_LENGTH;
    if (Names.length(name) > max || Names.hasControl(name)) {
      throw new IllegalArgumentException(
          "must be at most " + max + " characters without control characters");
    }
    return name;
  }

  private static Optional<String> longestTextMustFit(Config config) {
    long longest = MAX_BYTES_PER_CHARACTER * config.integer(MAX_TEXT_LENGTH) + OTHER_FIELDS;
    return longest <= config.integer(Setting.SEND_QUEUE_BYTES)
        ? Optional.empty()
        : Optional.of(
            config.describe(Setting.SEND_QUEUE_BYTES)
                + " must hold one text of "
                + config.describe(MAX_TEXT_LENGTH)
                + ", that is "
                + longest);
  }
}
