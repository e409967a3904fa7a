package three;

import com.google.gson.JsonObject;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import three.Chat.ClientException;
import three.Chat.Connection;

/**
 * A room: a log of messages, and the members that receive what is appended to it.
 *
 * <p>Invariant: a message is appended and offered to all members in one step under the lock, and a
 * member enters under the same lock. So all members see the order of the log, and a new member
 * neither misses a message nor receives one twice.
 */
final class Room implements Chat.Backend {
  private static final int MAX_ENTRIES = 1000;

  private final ReentrantLock lock = new ReentrantLock();
  private final Set<Connection> members = new LinkedHashSet<>();
  private final Deque<Entry> log = new ArrayDeque<>();
  private Position end = new Position(UUID.randomUUID().toString(), 0);

  /** A place in a log: the number of a message, and the log in which it has this number. */
  record Position(String epoch, long seq) {}

  /** A message in the log, and the key by which its sender may send it again. */
  record Entry(Position position, String key, JsonObject event) {
    Entry {
      event.addProperty("seq", position.seq());
      event.addProperty("epoch", position.epoch());
    }
  }

  /** A message in the log, and whether it was there before. */
  record Appended(Entry entry, boolean isDuplicate) {}

  @Override
  public void enter(Connection member, JsonObject welcome, Optional<Position> since) {
    lock.lock();
    try {
      welcome.addProperty("seq", end.seq());
      welcome.addProperty("epoch", end.epoch());
      since.ifPresent(last -> welcome.addProperty("recovered", continues(last)));
      member.send(welcome);
      long after = since.filter(this::continues).map(Position::seq).orElse(end.seq());
      log.stream()
          .filter(entry -> entry.position().seq() > after)
          .forEach(entry -> member.send(entry.event()));
      members.add(member);
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether the log has everything after this position. */
  private boolean continues(Position last) {
    return last.epoch().equals(end.epoch())
        && last.seq() <= end.seq()
        && last.seq() >= end.seq() - log.size();
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
      members.forEach(member -> member.send(notice));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Appended append(JsonObject message, String key) throws ClientException {
    lock.lock();
    try {
      for (Entry before : log) {
        if (!key.isEmpty() && before.key().equals(key)) {
          return duplicate(before, message);
        }
      }
      Entry entry = new Entry(new Position(end.epoch(), end.seq() + 1), key, message);
      deliver(entry);
      return new Appended(entry, false);
    } finally {
      lock.unlock();
    }
  }

  private static Appended duplicate(Entry before, JsonObject message) throws ClientException {
    if (!before.event().get("text").equals(message.get("text"))) {
      throw new ClientException("VALIDATION_FAILED", "Message id already used");
    }
    return new Appended(before, true);
  }

  private void deliver(Entry entry) {
    end = entry.position();
    log.add(entry);
    if (log.size() > MAX_ENTRIES) {
      log.remove();
    }
    members.forEach(member -> member.send(entry.event()));
  }
}
