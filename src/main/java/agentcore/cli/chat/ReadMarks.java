package agentcore.cli.chat;

import agentcore.cli.common.ServerEvent;
import com.google.gson.JsonObject;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Marks as read what was printed. A marker covers everything before it, so it moves only if nothing
 * that is unread lies between it and the first printed message: {@code /history} and {@code /inbox}
 * print what does. Times are those of {@link System#nanoTime()}. Not thread-safe.
 */
final class ReadMarks {
  /** Stands for all other users in a room, whose messages have one marker. */
  private static final String ANYBODY = "*";

  private static final int MOST_NEWEST = 100;
  private static final long INTERVAL_NANOS = Duration.ofSeconds(1).toNanos();

  /** What was printed of a log without a gap, and the last entry of each other author in it. */
  private static final class Printed {
    private final String epoch;
    private long from;
    private long to;
    private final Map<String, Long> byAuthor = new HashMap<>();
    private final Deque<Long> newest = new ArrayDeque<>(); // of others

    Printed(String epoch, long from) {
      this.epoch = epoch;
      this.from = from;
      this.to = from - 1;
    }

    void add(String author, long seq) {
      to = Math.max(to, seq);
      byAuthor.merge(author, seq, Math::max);
      if (!author.isEmpty()) {
        newest.add(seq);
      }
      if (newest.size() > MOST_NEWEST) {
        newest.remove();
      }
    }

    /** Returns how many of the last entries of others are between two positions. */
    long count(long after, long upTo) {
      return newest.stream().filter(seq -> seq > after && seq <= upTo).count();
    }
  }

  private final String user;
  private final Map<String, Printed> rooms = new LinkedHashMap<>();
  private Printed inbox = new Printed("", 1);

  /** The seq up to which each room was read; without a room, it is unknown. */
  private final Map<String, Long> readOfRooms = new HashMap<>();

  /** The same for the messages of each user in the inbox. */
  private final Map<String, Long> readOfUsers = new HashMap<>();

  /** The same for all other users. */
  private Optional<Long> readOfOthers = Optional.empty();

  private boolean wasSent;
  private long sentNanos;

  /** Creates the markers of a user. */
  ReadMarks(String user) {
    this.user = user;
  }

  /** Takes over what the server counted, in {@code my_rooms}. */
  void listed(ServerEvent list) {
    for (ServerEvent row : list.events("rooms")) {
      readOfRooms.merge(row.text("name"), readOf(row), Math::max);
    }
    Map<String, Long> users = new HashMap<>();
    for (ServerEvent row : list.events("conversations")) {
      String name = row.text("username");
      users.put(name, Math.max(row.number("read_seq"), readOf(name)));
    }
    readOfUsers.clear();
    readOfUsers.putAll(users);
    readOfOthers = Optional.of(list.number("inbox_seq"));
  }

  /** Returns the seq up to which a room was read, or all that is unread was printed. */
  private long readOf(ServerEvent row) {
    long unread = row.number("unread");
    long marker = row.number("read_seq");
    if (unread == 0) {
      return row.number("seq");
    }
    Printed printed = printedOf(row.text("name"));
    boolean isPrinted = printed.count(marker, row.number("seq")) == unread;
    return isPrinted ? Math.max(marker, printed.from - 1) : marker;
  }

  /** Notes a marker of this connection or of another one of the user. */
  void marked(ServerEvent marker) {
    long seq = marker.number("seq");
    if (marker.has("room")) {
      readOfRooms.computeIfPresent(marker.text("room"), (room, before) -> Math.max(before, seq));
    } else if (readOfOthers.isPresent()) {
      String name = marker.text("username");
      readOfUsers.put(name, Math.max(readOf(name), seq));
    }
  }

  /** Forgets what was read, until the next {@code my_rooms}. */
  void disconnected() {
    readOfRooms.clear();
    resetInbox();
  }

  /** Forgets what was read of the inbox, which is another log, until the next {@code my_rooms}. */
  void resetInbox() {
    readOfUsers.clear();
    readOfOthers = Optional.empty();
  }

  /** Forgets what was read of a room, whose log is another one, until the next {@code my_rooms}. */
  void reset(String room) {
    readOfRooms.remove(room);
  }

  /** Notes that a message of a room was printed as it arrived. */
  void printedMessage(ServerEvent message) {
    if (message.has("seq")) {
      String room = message.text("room");
      rooms.put(room, with(printedOf(room), message));
    }
  }

  /** Notes that an entry of the user's log was printed as it arrived. */
  void printedEntry(ServerEvent entry) {
    if (entry.has("seq")) {
      inbox = with(inbox, entry);
    }
  }

  private Printed printedOf(String room) {
    return rooms.getOrDefault(room, new Printed("", 1));
  }

  private Printed with(Printed before, ServerEvent entry) {
    JoinedRooms.Position at = JoinedRooms.Position.of(entry);
    boolean isNext = before.epoch.equals(at.epoch()) && at.seq() <= before.to + 1;
    Printed now = isNext ? before : new Printed(at.epoch(), at.seq());
    now.add(author(entry), at.seq());
    return now;
  }

  /** Notes that the history of a room was printed. */
  void printedHistory(ServerEvent history) {
    String room = history.text("room");
    rooms.put(room, withPage(printedOf(room), history));
  }

  /** Notes that the inbox was printed. */
  void printedInbox(ServerEvent page) {
    inbox = withPage(inbox, page);
  }

  /** Adds a page, which reaches from its first entry, or from the beginning, to the end. */
  private Printed withPage(Printed before, ServerEvent page) {
    List<ServerEvent> entries = page.events("messages");
    boolean hasOlder = page.is("more") && !entries.isEmpty();
    Printed now = new Printed(page.text("epoch"), hasOlder ? entries.getFirst().number("seq") : 1);
    now.to = page.number("seq");
    entries.forEach(entry -> now.add(author(entry), entry.number("seq")));
    if (before.epoch.equals(now.epoch) && before.to >= now.from - 1) {
      now.from = Math.min(before.from, now.from);
      before.byAuthor.forEach((name, seq) -> now.byAuthor.merge(name, seq, Math::max));
      now.to = Math.max(now.to, before.to);
    }
    return now;
  }

  /** Returns who wrote an entry that counts as unread; empty for all other entries. */
  private String author(ServerEvent entry) {
    boolean isMessage = entry.type().equals("chat_message");
    if (!isMessage && !entry.type().equals("private_message")) {
      return "";
    }
    String name = entry.text(isMessage ? "username" : "from_username");
    boolean isOwn = name.equals(user) && !entry.is("server");
    return isOwn ? "" : isMessage ? ANYBODY : name;
  }

  /** Returns the next marker to send, at most one a second, and counts it as sent. */
  Optional<Request> next(long nowNanos) {
    if (wasSent && nowNanos - sentNanos < INTERVAL_NANOS) {
      return Optional.empty();
    }
    Optional<Request> due = roomDue().or(this::userDue);
    if (due.isPresent()) {
      wasSent = true;
      sentNanos = nowNanos;
    }
    return due;
  }

  private Optional<Request> roomDue() {
    for (Map.Entry<String, Printed> entry : rooms.entrySet()) {
      String room = entry.getKey();
      long last = entry.getValue().byAuthor.getOrDefault(ANYBODY, 0L);
      if (isDue(entry.getValue(), last, Optional.ofNullable(readOfRooms.get(room)))) {
        readOfRooms.put(room, last);
        return Optional.of(mark("room", room, last));
      }
    }
    return Optional.empty();
  }

  private Optional<Request> userDue() {
    for (Map.Entry<String, Long> last : inbox.byAuthor.entrySet()) {
      String name = last.getKey();
      Optional<Long> read = readOfOthers.map(others -> readOf(name));
      if (!name.isEmpty() && isDue(inbox, last.getValue(), read)) {
        readOfUsers.put(name, last.getValue());
        return Optional.of(mark("target_user_id", name, last.getValue()));
      }
    }
    return Optional.empty();
  }

  private long readOf(String name) {
    return readOfUsers.getOrDefault(name, readOfOthers.orElse(0L));
  }

  private static boolean isDue(Printed printed, long last, Optional<Long> read) {
    return read.filter(seq -> last > seq && printed.from <= seq + 1).isPresent();
  }

  private static Request mark(String field, String name, long seq) {
    JsonObject data = new JsonObject();
    data.addProperty(field, name);
    data.addProperty("seq", seq);
    return Request.of(Request.Purpose.MARK, "mark_read", data);
  }
}
