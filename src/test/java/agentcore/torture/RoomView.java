package agentcore.torture;

import agentcore.torture.history.History.Joined;
import agentcore.torture.history.History.Observation;
import agentcore.torture.history.History.Position;
import agentcore.torture.history.History.Reader;
import agentcore.torture.history.History.Reset;
import agentcore.torture.history.History.Resumed;
import agentcore.torture.history.History.Seen;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What one client received from one room or from the inbox of its user, and the position from which
 * it resumes. Thread-safe.
 */
final class RoomView {
  private final String reader;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Observation> observations = new ArrayList<>();
  private Optional<Position> last = Optional.empty();
  private String lastId = "";

  RoomView(String reader) {
    this.reader = reader;
  }

  /** Records the first {@code welcome} of a user who may have an inbox. */
  void welcomed(JsonObject event) {
    lock.lock();
    try {
      if (last.isEmpty() && event.has("inbox_epoch")) {
        Position position =
            new Position(
                event.get("inbox_epoch").getAsString().intern(),
                event.get("inbox_seq").getAsLong());
        add(new Joined(position, System.nanoTime()));
        last = Optional.of(position);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Records {@code inbox_resumed}; without a position there was no inbox before. */
  void resumed(JsonObject event) {
    lock.lock();
    try {
      boolean isNothing = last.isEmpty() && event.get("recovered").getAsBoolean();
      if (!isNothing) {
        last = last.or(() -> Optional.of(position(event)));
        joined(event);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Records an entry of the inbox. Before the first one, or the first one after a loss, there was
   * no log, so the reader is at its beginning.
   */
  void entry(JsonObject event, int server) {
    lock.lock();
    try {
      if (last.filter(position -> !position.epoch().isEmpty()).isEmpty()) {
        add(new Joined(new Position(position(event).epoch(), 0), System.nanoTime()));
      }
      message(event, server);
    } finally {
      lock.unlock();
    }
  }

  /** Records {@code room_joined}, or the {@code welcome} for the default room. */
  void joined(JsonObject event) {
    lock.lock();
    try {
      Position position = position(event);
      if (last.isEmpty()) {
        add(new Joined(position, System.nanoTime()));
        last = Optional.of(position);
      } else if (event.has("recovered") && event.get("recovered").getAsBoolean()) {
        add(new Resumed(position, System.nanoTime()));
      } else {
        broken("recovered: false", position);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Records {@code room_reset} or {@code inbox_reset}. */
  void reset(JsonObject event) {
    lock.lock();
    try {
      broken("reset, " + event.get("reason").getAsString(), position(event));
    } finally {
      lock.unlock();
    }
  }

  private void broken(String reason, Position position) {
    add(new Reset(reason, position, System.nanoTime()));
    last = Optional.of(position);
    lastId = "";
  }

  /** Records {@code chat_message}; its text begins with the client id. */
  void message(JsonObject event, int server) {
    lock.lock();
    try {
      Position position = position(event);
      String messageId = event.get("message_id").getAsString();
      String clientId = MessageWriter.clientId(event.get("text").getAsString());
      add(new Seen(position, messageId, clientId, server, System.nanoTime()));
      last = Optional.of(position);
      lastId = messageId;
    } finally {
      lock.unlock();
    }
  }

  private void add(Observation observation) {
    observations.add(observation);
  }

  /** Returns the log position in an event. */
  static Position position(JsonObject event) {
    return new Position(event.get("epoch").getAsString().intern(), event.get("seq").getAsLong());
  }

  /** Returns the last known position; empty before the first join. */
  Optional<Position> last() {
    lock.lock();
    try {
      return last;
    } finally {
      lock.unlock();
    }
  }

  /** Returns the id of the last message; empty if none has been received since the last reset. */
  String lastId() {
    lock.lock();
    try {
      return lastId;
    } finally {
      lock.unlock();
    }
  }

  /** Returns everything recorded so far. */
  Reader reader() {
    lock.lock();
    try {
      return new Reader(reader, observations);
    } finally {
      lock.unlock();
    }
  }
}
