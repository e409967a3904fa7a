package agentcore.cli.chat;

import agentcore.cli.common.Printable;
import agentcore.cli.common.ServerEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is unread on all devices, for the prompt. The terminal marks what it prints as read, so this
 * is what was said before it came, and what follows that. Not thread-safe.
 */
final class Unread {
  private static final int MOST_SHOWN = 3;

  /**
   * The unread messages of a room or person.
   *
   * @param seq up to which they were counted
   */
  private record Count(long unread, boolean isMention, long seq) {
    Count plusOne(long newSeq) {
      return new Count(unread + 1, isMention, newSeq);
    }
  }

  private final Map<String, Count> rooms = new LinkedHashMap<>();
  private final Map<String, Count> people = new LinkedHashMap<>();
  private final String user;

  /** Creates an empty list for a user. */
  Unread(String user) {
    this.user = user;
  }

  /** Takes over what the server counted, in {@code my_rooms}. */
  void listed(ServerEvent list) {
    rooms.clear();
    people.clear();
    for (ServerEvent row : list.events("rooms")) {
      put(rooms, row.text("name"), row, row.number("seq"));
    }
    for (ServerEvent row : list.events("conversations")) {
      put(people, row.text("username"), row, list.number("inbox_seq"));
    }
  }

  private static void put(Map<String, Count> counts, String name, ServerEvent row, long seq) {
    if (row.number("unread") > 0) {
      counts.put(name, new Count(row.number("unread"), row.number("mentions") > 0, seq));
    }
  }

  /** Counts a message that arrived behind others that are unread. */
  void received(ServerEvent message) {
    boolean isPrivate = message.type().equals("private_message");
    String author = message.text(isPrivate ? "from_username" : "username");
    String name = isPrivate ? author : message.text("room");
    long seq = message.number("seq");
    if (!author.equals(user) || message.is("server")) {
      (isPrivate ? people : rooms)
          .computeIfPresent(name, (key, count) -> seq > count.seq ? count.plusOne(seq) : count);
    }
  }

  /** Notes that everything in a room, or from a person, is read: the one in {@code fields}. */
  void read(ServerEvent fields) {
    rooms.remove(fields.text("room"));
    people.remove(fields.text("target_user_id"));
  }

  /** Returns whether a marker is about something in the list. */
  boolean isAbout(ServerEvent marker) {
    return rooms.containsKey(marker.text("room")) || people.containsKey(marker.text("username"));
  }

  boolean hasRoom(String room) {
    return rooms.containsKey(room);
  }

  /** Returns the first room in the list, unless it is the current one. */
  Optional<String> nextRoom(Optional<String> current) {
    return rooms.keySet().stream()
        .filter(room -> current.filter(room::equals).isEmpty())
        .findFirst();
  }

  /** Returns the list for the prompt, such as {@code den 5!, bob 1}; empty if all is read. */
  String summary() {
    List<String> parts = new ArrayList<>();
    rooms.forEach((room, count) -> parts.add(part(room, count)));
    people.forEach((person, count) -> parts.add(part(person, count)));
    List<String> shown = parts.subList(0, Math.min(MOST_SHOWN, parts.size()));
    return String.join(", ", shown) + (parts.size() > MOST_SHOWN ? ", \u2026" : "");
  }

  private static String part(String name, Count count) {
    return Printable.line(name) + " " + count.unread + (count.isMention ? "!" : "");
  }
}
