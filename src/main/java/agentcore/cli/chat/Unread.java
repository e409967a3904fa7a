package agentcore.cli.chat;

import agentcore.cli.common.Printable;
import agentcore.client.ChatClient;
import agentcore.client.ChatEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/**
 * What the user has not read, for the prompt, and what was printed and therefore is read.
 *
 * <p>The unread messages of a room are the last ones of others in its log. A read marker covers
 * everything before it, so it moves only when at least as many messages were printed at the end of
 * the log as are unread. {@code /history} and {@code /inbox} print earlier ones. The same holds for
 * each other user in the user's log. For the client's thread.
 */
final class Unread {
  private static final int MOST_SHOWN = 3;
  private static final int MOST_PRINTED = 1000;

  /** The messages of others in a room, or those of one user. */
  private static final class Log {
    private final NavigableSet<Long> printed = new TreeSet<>(); // at the end, without a gap
    private long unread;
    private boolean isMention;
    private long marked;

    void add(long seq) {
      printed.add(seq);
      if (printed.size() > MOST_PRINTED) {
        var unused = printed.pollFirst();
      }
    }

    boolean hasMore() {
      return unread > printed.size();
    }

    boolean isDue() {
      return unread > 0 && !hasMore() && printed.last() > marked;
    }
  }

  /** Sends a read marker. */
  private interface Marker {
    void mark(String name, long seq);
  }

  private final ChatClient client;
  private final Map<String, Log> rooms = new LinkedHashMap<>();
  private final Map<String, Log> people = new LinkedHashMap<>();

  /** Whether the server has counted on this connection. An older server never does. */
  private boolean isCounted;

  Unread(ChatClient client) {
    this.client = client;
  }

  /** Begins to listen to the client. */
  void listen() {
    client.on("unread", this::changed);
    client.on("state", event -> isCounted = false);
    client.on(
        "my_rooms",
        event -> {
          isCounted = true;
          mark();
        });
    client.on("gap", event -> log(rooms, event.text("room")).printed.clear());
    client.on("inbox_gap", event -> people.values().forEach(log -> log.printed.clear()));
    client.on("room_left", event -> rooms.remove(event.text("room")));
    client.on("room_lost", event -> rooms.remove(event.text("room")));
  }

  private void changed(ChatEvent event) {
    Log log =
        event.has("room") ? log(rooms, event.text("room")) : log(people, event.text("username"));
    log.unread = event.number("unread");
    log.isMention = event.number("mentions") > 0;
  }

  private static Log log(Map<String, Log> logs, String name) {
    return logs.computeIfAbsent(name, each -> new Log());
  }

  /** Notes that an event was printed. */
  void printed(ChatEvent event) {
    switch (event.type()) {
      case "chat_message" -> addToRoom(event.text("room"), event);
      case "message_history" ->
          event.objects("messages").forEach(each -> addToRoom(event.text("room"), each));
      case "private_message" -> addToPerson(event);
      case "inbox" -> event.objects("messages").forEach(this::addToPerson);
      default -> {
        return;
      }
    }
    mark();
  }

  private void addToRoom(String room, ChatEvent message) {
    add(rooms, room, message.text("username"), message);
  }

  private void addToPerson(ChatEvent entry) {
    String author = entry.text("from_username");
    if (entry.type().equals("private_message")) {
      add(people, author, author, entry);
    }
  }

  private void add(Map<String, Log> logs, String name, String author, ChatEvent message) {
    boolean isOwn = author.equals(client.user()) && !message.is("server");
    if (message.has("seq") && !isOwn) {
      log(logs, name).add(message.number("seq"));
    }
  }

  private void mark() {
    if (isCounted) {
      mark(rooms, client::markRead);
      mark(people, client::markPrivateRead);
    }
  }

  private static void mark(Map<String, Log> logs, Marker marker) {
    logs.forEach(
        (name, log) -> {
          if (log.isDue()) {
            log.marked = log.printed.last();
            marker.mark(name, log.marked);
          }
        });
  }

  boolean hasRoom(String room) {
    return Optional.ofNullable(rooms.get(room)).filter(Log::hasMore).isPresent();
  }

  /** Returns the first room in the list, unless it is the current one. */
  Optional<String> nextRoom(Optional<String> current) {
    return rooms.keySet().stream()
        .filter(room -> hasRoom(room) && current.filter(room::equals).isEmpty())
        .findFirst();
  }

  /** Returns the list for the prompt, such as {@code den 5!, bob 1}; empty if all is read. */
  String summary() {
    List<String> parts = new ArrayList<>();
    rooms.forEach((room, log) -> addPart(parts, room, log));
    people.forEach((person, log) -> addPart(parts, person, log));
    List<String> shown = parts.subList(0, Math.min(MOST_SHOWN, parts.size()));
    return String.join(", ", shown) + (parts.size() > MOST_SHOWN ? ", \u2026" : "");
  }

  private static void addPart(List<String> parts, String name, Log log) {
    if (log.hasMore()) {
      parts.add(Printable.line(name) + " " + log.unread + (log.isMention ? "!" : ""));
    }
  }
}
