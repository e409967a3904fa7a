package five;

import com.google.gson.JsonObject;
import five.Chat.Connection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;

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
  private Position end = new Position("", 0); // before all logs: the first readOn finds another one

  Room(RedisBackend log) {
    this.log = log;
  }

  /** A place in a log: the seq of a message, and the epoch, which says what log it is in. */
  record Position(String epoch, long seq) {
    private static final Pattern RESUME = Pattern.compile("epoch=([^&]+)&since=([0-9]{1,18})");

    /** Returns the position of a message in the log. */
    static Position of(JsonObject message) {
      return new Position(message.get("epoch").getAsString(), message.get("seq").getAsLong());
    }

    /** Finds the position in the query of an address, such as "epoch=f3a9&since=7". */
    static Optional<Position> in(String query) {
      return RESUME
          .matcher(Objects.requireNonNullElse(query, ""))
          .results()
          .map(found -> new Position(found.group(1), Long.parseLong(found.group(2))))
          .findFirst();
    }
  }

  void enter(Connection member, JsonObject welcome) {
    lock.lock();
    try {
      readOn();
      welcome.addProperty("epoch", end.epoch());
      welcome.addProperty("seq", end.seq());
      Optional<List<JsonObject>> missed = member.since().flatMap(this::missed);
      member.since().ifPresent(since -> welcome.addProperty("recovered", missed.isPresent()));
      member.send(welcome);
      missed.orElse(List.of()).forEach(message -> member.send(message));
      members.add(member);
    } finally {
      lock.unlock();
    }
  }

  /** Returns the messages between a position and the end, if the log has them all. */
  private Optional<List<JsonObject>> missed(Position since) {
    if (!since.epoch().equals(end.epoch()) || since.seq() > end.seq()) {
      return Optional.empty();
    }
    List<JsonObject> missed =
        log.after(since.seq()).stream()
            .filter(message -> Position.of(message).seq() <= end.seq())
            .toList();
    return Optional.of(missed).filter(all -> all.size() == end.seq() - since.seq());
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
          .filter(member -> !member.id().equals(notice.get("user_id").getAsString()))
          .forEach(member -> member.send(notice));
    } finally {
      lock.unlock();
    }
  }

  /** Takes a hint. If it is not the next message, the log knows what is missing. */
  void deliver(JsonObject message) {
    lock.lock();
    try {
      if (Position.of(message).equals(new Position(end.epoch(), end.seq() + 1))) {
        send(message);
      } else {
        readOn();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Sends the members what the log has after the end. */
  void readOn() {
    lock.lock();
    try {
      Position newest = log.end();
      if (!newest.epoch().equals(end.epoch())) {
        // Another log, whose messages follow. At the start there is nobody yet who lost one.
        reset(new Position(newest.epoch(), 0), "lost");
      } else if (newest.seq() < end.seq()) {
        reset(newest, "rolled_back"); // Redis was restored from a backup
      }
      for (JsonObject message : log.after(end.seq())) {
        Position position = Position.of(message);
        if (position.seq() > end.seq() + 1) {
          reset(new Position(end.epoch(), position.seq() - 1), "trimmed");
        }
        send(message);
      }
    } finally {
      lock.unlock();
    }
  }

  private void send(JsonObject message) {
    end = Position.of(message);
    members.forEach(member -> member.send(message));
  }

  /** Moves to another position, and notifies the members that messages are missing. */
  private void reset(Position position, String reason) {
    end = position;
    JsonObject reset = Chat.event("room_reset", "room", Chat.LOBBY, "reason", reason);
    reset.addProperty("epoch", end.epoch());
    reset.addProperty("seq", end.seq());
    members.forEach(member -> member.send(reset));
  }
}
