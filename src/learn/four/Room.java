package four;

import com.google.gson.JsonObject;
import four.Chat.Connection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;

/**
 * A room on one server: its log, as far as this server knows it, and the members that are connected
 * here. Without a Redis it is the whole room.
 *
 * <p>Invariant: a message is added and offered to all members in one step under the lock, and a
 * member enters under the same lock. So all members see the order of the log, and a new member
 * neither misses a message nor receives one twice.
 */
final class Room implements Chat.Backend {
  private static final int MAX_MESSAGES = 500;

  private final ReentrantLock lock = new ReentrantLock();
  private final Set<Connection> members = new LinkedHashSet<>();
  private final SequencedMap<String, JsonObject> log = new LinkedHashMap<>(); // by their keys
  private final String epoch;
  private long end; // the seq of the last message

  /** Creates a room whose log continues after a position. What is before it is not known. */
  Room(Position end) {
    this.epoch = end.epoch();
    this.end = end.seq();
  }

  /** Creates a room that is not shared with other servers. */
  static Room alone() {
    return new Room(new Position(UUID.randomUUID().toString(), 0));
  }

  /** A place in a log: the seq of a message, and the epoch, which says what log it is in. */
  record Position(String epoch, long seq) {
    private static final Pattern RESUME = Pattern.compile("epoch=([^&]+)&since=([0-9]{1,18})");

    /** Finds the position in the query of an address, such as "epoch=f3a9&since=7". */
    static Optional<Position> in(String query) {
      return RESUME
          .matcher(Objects.requireNonNullElse(query, ""))
          .results()
          .map(found -> new Position(found.group(1), Long.parseLong(found.group(2))))
          .findFirst();
    }
  }

  @Override
  public void enter(Connection member, JsonObject welcome) {
    lock.lock();
    try {
      welcome.addProperty("epoch", epoch);
      welcome.addProperty("seq", end);
      member.since().ifPresent(since -> welcome.addProperty("recovered", hasAllAfter(since)));
      member.send(welcome);
      member.since().filter(this::hasAllAfter).ifPresent(since -> sendAfter(since.seq(), member));
      members.add(member);
    } finally {
      lock.unlock();
    }
  }

  /** With 7 as the end and 5, 6 and 7 in the log, a client may have read up to 4, 5, 6 or 7. */
  private boolean hasAllAfter(Position since) {
    return since.epoch().equals(epoch) && since.seq() <= end && since.seq() >= end - log.size();
  }

  private void sendAfter(long seq, Connection member) {
    log.values().stream()
        .filter(message -> message.get("seq").getAsLong() > seq)
        .forEach(message -> member.send(message));
  }

  @Override
  public void leave(Connection member) {
    lock.lock();
    try {
      members.remove(member);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void publish(JsonObject notice) {
    lock.lock();
    try {
      members.stream()
          .filter(member -> !member.id().equals(notice.get("user_id").getAsString()))
          .forEach(member -> member.send(notice));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public JsonObject append(JsonObject message, String key) {
    lock.lock();
    try {
      if (log.containsKey(key)) {
        return log.get(key);
      }
      message.addProperty("epoch", epoch);
      message.addProperty("seq", end + 1);
      deliver(message, key);
      return message;
    } finally {
      lock.unlock();
    }
  }

  /** Adds a message that has its seq and epoch, and sends it to all members. */
  void deliver(JsonObject message, String key) {
    lock.lock();
    try {
      long seq = message.get("seq").getAsLong();
      if (seq <= end) {
        return; // it was published just before this server looked where the log ends
      }
      end = seq;
      log.put(key, message);
      if (log.size() > MAX_MESSAGES) {
        log.pollFirstEntry();
      }
      members.forEach(member -> member.send(message));
    } finally {
      lock.unlock();
    }
  }
}
