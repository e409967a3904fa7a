package five;

import com.google.gson.JsonObject;
import five.Chat.ClientException;
import five.Chat.Connection;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Follows the log of a room for the members that are connected to this server.
 *
 * <p>Invariant: the members have been sent the log up to {@code end}, in order and without gaps, or
 * a reset where that is not possible. The end moves, and members enter, only under the lock.
 */
final class Room {
  private final RedisBackend log;
  private final ReentrantLock lock = new ReentrantLock();
  private final Set<Connection> members = new LinkedHashSet<>();
  private Position end = new Position("", 0);

  /** A place in a log: the number of a message, and the log in which it has this number. */
  record Position(String epoch, long seq) {}

  /** A message in the log. */
  record Entry(Position position, JsonObject event) {
    Entry {
      event.addProperty("seq", position.seq());
      event.addProperty("epoch", position.epoch());
    }
  }

  /** A message in the log, and whether it was there before. */
  record Appended(Entry entry, boolean isDuplicate) {}

  Room(RedisBackend log) {
    this.log = log;
  }

  void enter(Connection member, JsonObject welcome, Optional<Position> since) throws IOException {
    lock.lock();
    try {
      readOn();
      Optional<List<Entry>> missed = since.isEmpty() ? Optional.empty() : missed(since.get());
      welcome.addProperty("seq", end.seq());
      welcome.addProperty("epoch", end.epoch());
      since.ifPresent(last -> welcome.addProperty("recovered", missed.isPresent()));
      member.send(welcome);
      missed.orElse(List.of()).forEach(entry -> member.send(entry.event()));
      members.add(member);
    } finally {
      lock.unlock();
    }
  }

  /** Returns the messages between a position and the end, if the log has them all. */
  private Optional<List<Entry>> missed(Position last) throws IOException {
    if (!last.epoch().equals(end.epoch()) || last.seq() > end.seq()) {
      return Optional.empty();
    }
    List<Entry> missed =
        log.after(last.seq()).stream()
            .filter(entry -> entry.position().seq() <= end.seq())
            .toList();
    return Optional.of(missed).filter(entries -> entries.size() == end.seq() - last.seq());
  }

  void leave(Connection member) {
    lock.lock();
    try {
      members.remove(member);
    } finally {
      lock.unlock();
    }
  }

  void publish(JsonObject notice) {
    lock.lock();
    try {
      members.stream()
          .filter(member -> !notice.get("user_id").getAsString().equals(member.id))
          .forEach(member -> member.send(notice));
    } finally {
      lock.unlock();
    }
  }

  /** Takes a hint. If it is not the next message, the log knows what is missing. */
  void deliver(Entry entry) throws IOException {
    lock.lock();
    try {
      if (entry.position().equals(new Position(end.epoch(), end.seq() + 1))) {
        send(entry);
      } else {
        readOn();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Sends the members what the log has after the end. */
  void readOn() throws IOException {
    lock.lock();
    try {
      Position newest = log.end();
      if (!newest.epoch().equals(end.epoch())) {
        reset(new Position(newest.epoch(), 0), "lost"); // another log, whose messages follow
      } else if (newest.seq() < end.seq()) {
        reset(newest, "rolled_back");
      }
      for (Entry entry : log.after(end.seq())) {
        if (entry.position().seq() > end.seq() + 1) {
          reset(new Position(end.epoch(), entry.position().seq() - 1), "trimmed");
        }
        send(entry);
      }
    } finally {
      lock.unlock();
    }
  }

  private void send(Entry entry) {
    end = entry.position();
    members.forEach(member -> member.send(entry.event()));
  }

  /** Moves to another position, and tells the members that they miss messages. */
  private void reset(Position position, String reason) {
    end = position;
    JsonObject reset = Chat.event("room_reset", "room", Chat.LOBBY, "reason", reason);
    reset.addProperty("seq", end.seq());
    reset.addProperty("epoch", end.epoch());
    members.forEach(member -> member.send(reset));
  }

  static Appended duplicate(Entry before, JsonObject message) throws ClientException {
    if (!before.event().get("text").equals(message.get("text"))) {
      throw new ClientException("VALIDATION_FAILED", "Message id already used");
    }
    return new Appended(before, true);
  }
}
