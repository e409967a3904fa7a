package agentcore.cli.chat;

import agentcore.cli.common.Printable;
import agentcore.client.ChatEvent;
import agentcore.client.UnreadCount;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Turns events into lines of text for a terminal. Text that others wrote is made harmless by {@link
 * Printable}.
 */
final class EventFormatter {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);

  /** Says that private messages may be missing. */
  static final String INBOX_GAP =
      "-- some private messages may be missing here (/inbox prints the last ones)";

  static final String NOTHING_UNREAD = "-- you have read everything";

  private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);

  /** The events that are printed when they arrive: what others, or other devices, have done. */
  static final Set<String> PUSHED =
      Set.of(
          "chat_message",
          "private_message",
          "private_message_sent",
          "user_joined_room",
          "user_left_room",
          "user_left",
          "user_removed",
          "room_invitation",
          "room_removal",
          "my_room_joined",
          "my_room_left",
          "user_blocked",
          "user_unblocked");

  /** Cyan, green, magenta and yellow: they can be read on black and on white, and mean nothing. */
  private static final List<String> COLOURS = List.of("36", "32", "35", "33");

  private static final Pattern LINE_BREAK = Pattern.compile("\\R");
  private static final String CONTINUED = "      \u2502 ";
  private static final int MOST_LINES = 20;

  private static final String FAINT = "\u001b[2m";
  private static final String PLAIN = "\u001b[0m";

  private final boolean isColoured;
  private final ZoneId zone;
  private final Function<String, UnreadCount> unread;
  private String date = "";

  /**
   * Creates a formatter.
   *
   * @param isColoured prints the names of authors in bold and in colours
   * @param unread returns what is unread in a room, for the list of rooms
   */
  EventFormatter(boolean isColoured, ZoneId zone, Function<String, UnreadCount> unread) {
    this.isColoured = isColoured;
    this.zone = zone;
    this.unread = unread;
  }

  /**
   * Returns the lines of an event with the time at which it happened, and before them the date if
   * it is not that of the last one. A text with line breaks has several lines: the mark before each
   * cannot be at the beginning of another event.
   */
  List<String> timedLines(ChatEvent event) {
    List<String> text = Arrays.asList(LINE_BREAK.split(event.text("text")));
    List<String> lines = lines(event, text.getFirst());
    if (!PUSHED.contains(event.type()) || !event.has("timestamp") || lines.isEmpty()) {
      return lines(event);
    }
    List<String> timed = new ArrayList<>();
    String day = format(DateTimeFormatter.ISO_LOCAL_DATE, event);
    if (!day.equals(date)) {
      date = day;
      timed.add("-- " + day);
    }
    String time = format(CLOCK, event);
    String prefix = isColoured ? FAINT + time + PLAIN : time;
    lines.forEach(line -> timed.add(prefix + " " + line));
    text.stream()
        .skip(1)
        .limit(MOST_LINES)
        .forEach(line -> timed.add(CONTINUED + Printable.line(line.replace("\t", "  "))));
    if (text.size() - 1 > MOST_LINES) {
      timed.add(CONTINUED + "and " + (text.size() - 1 - MOST_LINES) + " more lines");
    }
    return timed;
  }

  /** Returns the lines of an event; none if the user need not see it. */
  List<String> lines(ChatEvent event) {
    return lines(event, event.text("text"));
  }

  private List<String> lines(ChatEvent event, String rawText) {
    String text = Printable.line(rawText);
    String user = shown(event, "username");
    String room = shown(event, "room");
    return switch (event.type()) {
      case "chat_message" -> List.of("[" + room + "] " + author(event, "username") + ": " + text);
      case "private_message" ->
          List.of(author(event, "from_username") + " to you (private): " + text);
      case "private_message_sent" ->
          List.of("you to " + shown(event, "to_username") + " (private): " + text);
      case "user_joined_room" -> List.of("-- " + user + " joined " + room);
      case "user_left_room", "user_left" -> List.of("-- " + user + " left " + room);
      case "user_removed" -> List.of("-- " + user + " was removed from " + room);
      case "room_info" -> List.of("-- " + row(event, room));
      case "room_left" -> List.of("-- you left " + room);
      case "rooms_list" -> rooms(event);
      case "my_rooms" -> unread(event);
      case "my_room_joined" -> List.of("-- you joined " + room + " on another device");
      case "my_room_left" -> List.of("-- you left " + room + " on another device");
      case "user_blocked" -> List.of("-- " + user + " is blocked");
      case "user_unblocked" -> List.of("-- " + user + " is no longer blocked");
      case "blocked_users" -> blocked(event);
      case "room_users" -> users(event, room);
      case "message_history" -> history(event, room);
      case "inbox" -> inbox(event);
      case "user_invited" ->
          List.of("-- " + shown(event, "to_username") + " was invited to " + room);
      case "room_removal" ->
          List.of("-- " + shown(event, "from_username") + " removed you from " + room);
      case "room_invitation" -> List.of(invitation(event));
      default -> List.of();
    };
  }

  /** Returns the line that says that messages may be missing. */
  static String gap(String room) {
    return "-- " + Printable.line(room) + ": some messages may be missing here";
  }

  private static String row(ChatEvent room, String name) {
    long count = room.number("user_count");
    return name
        + (room.is("is_public") ? ": " : " (private): ")
        + (count == 1 ? "1 member" : count + " members")
        + ", created by "
        + shown(room, "created_by");
  }

  private static String invitation(ChatEvent event) {
    String room = shown(event, "room");
    return "-- "
        + shown(event, "from_username")
        + " invites you to "
        + room
        + " (/join "
        + room
        + ")";
  }

  private List<String> rooms(ChatEvent event) {
    List<String> lines = new ArrayList<>(List.of("-- rooms:"));
    for (ChatEvent room : event.objects("rooms")) {
      UnreadCount unreadHere = unread.apply(room.text("name"));
      String count = count(unreadHere.unread(), unreadHere.mentions());
      lines.add("   " + row(room, shown(room, "name")) + (count.isEmpty() ? "" : ", " + count));
    }
    return withMore(lines, event);
  }

  /** Returns the unread messages of a room or person in words; empty if there are none. */
  private static String count(ChatEvent row) {
    return count(row.number("unread"), row.number("mentions"));
  }

  private static String count(long unread, long mentions) {
    String mention = mentions == 1 ? ", 1 mention" : ", " + mentions + " mentions";
    return unread == 0 ? "" : unread + " unread" + (mentions == 0 ? "" : mention);
  }

  private static List<String> unread(ChatEvent list) {
    List<String> lines = new ArrayList<>();
    for (ChatEvent room : list.objects("rooms")) {
      if (!count(room).isEmpty()) {
        lines.add("-- " + shown(room, "name") + ": " + count(room));
      }
    }
    for (ChatEvent person : list.objects("conversations")) {
      lines.add("-- " + shown(person, "username") + " (private): " + count(person));
    }
    list.objects("invitations").forEach(event -> lines.add(invitation(event)));
    return lines;
  }

  private static List<String> blocked(ChatEvent event) {
    List<String> users = event.texts("users");
    List<String> lines =
        new ArrayList<>(
            List.of(users.isEmpty() ? "-- you have blocked nobody" : "-- you have blocked:"));
    users.forEach(user -> lines.add("   " + Printable.line(user)));
    return lines;
  }

  /** Lists users, with the number of their connections if there is more than one. */
  private static List<String> users(ChatEvent event, String room) {
    Map<String, Integer> connections = new TreeMap<>();
    event.objects("users").forEach(u -> connections.merge(shown(u, "username"), 1, Integer::sum));
    List<String> lines = new ArrayList<>(List.of("-- in " + room + ":"));
    connections.forEach(
        (user, count) ->
            lines.add("   " + user + (count == 1 ? "" : " (" + count + " connections)")));
    return withMore(lines, event);
  }

  private List<String> history(ChatEvent event, String room) {
    List<ChatEvent> messages = event.objects("messages");
    List<String> lines = new ArrayList<>();
    lines.add(
        messages.isEmpty() ? "-- no messages in " + room : "-- the last messages in " + room + ":");
    for (ChatEvent message : messages) {
      String who = author(message, "username");
      lines.add("   " + time(message) + " " + who + ": " + shown(message, "text"));
    }
    return lines;
  }

  private List<String> inbox(ChatEvent event) {
    List<String> lines = new ArrayList<>(List.of("-- private messages and invitations:"));
    for (ChatEvent entry : event.objects("messages")) {
      lines(entry).forEach(line -> lines.add("   " + time(entry) + " " + line));
    }
    return lines;
  }

  private String time(ChatEvent message) {
    return format(TIME, message);
  }

  private String format(DateTimeFormatter form, ChatEvent event) {
    long millis = (long) (event.decimal("timestamp") * 1000);
    return form.format(Instant.ofEpochMilli(millis).atZone(zone));
  }

  private static List<String> withMore(List<String> lines, ChatEvent event) {
    if (event.is("more")) {
      lines.add("   and more");
    }
    return lines;
  }

  /** Marks what the server's program wrote: it may use the name of a user. */
  private String author(ChatEvent event, String field) {
    return coloured(shown(event, field)) + (event.is("server") ? " (server)" : "");
  }

  private String coloured(String name) {
    String colour = COLOURS.get(Math.floorMod(name.hashCode(), COLOURS.size()));
    return isColoured ? "\u001b[1;" + colour + "m" + name + PLAIN : name;
  }

  private static String shown(ChatEvent event, String field) {
    return Printable.line(event.text(field));
  }
}
