package agentcore.torture;

import agentcore.torture.History.Broken;
import agentcore.torture.History.Entered;
import agentcore.torture.History.Place;
import agentcore.torture.History.Reader;
import agentcore.torture.History.Resumed;
import agentcore.torture.History.Seen;
import agentcore.torture.History.Sight;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** What one client came to know of one room, and from where it resumes. Safe for all threads. */
final class RoomView {
  private final String reader;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Sight> sights = new ArrayList<>();
  private Optional<Place> last = Optional.empty();
  private String lastId = "";

  RoomView(String reader) {
    this.reader = reader;
  }

  /** Notes {@code room_joined}, or the {@code welcome} to the default room. */
  void joined(JsonObject event) {
    lock.lock();
    try {
      Place place = place(event);
      if (last.isEmpty()) {
        add(new Entered(place, System.nanoTime()));
        last = Optional.of(place);
      } else if (event.has("recovered") && event.get("recovered").getAsBoolean()) {
        add(new Resumed(place, System.nanoTime()));
      } else {
        broken("recovered: false", place);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Notes {@code room_reset}. */
  void reset(JsonObject event) {
    lock.lock();
    try {
      broken("room_reset, " + event.get("reason").getAsString(), place(event));
    } finally {
      lock.unlock();
    }
  }

  private void broken(String reason, Place place) {
    add(new Broken(reason, place, System.nanoTime()));
    last = Optional.of(place);
    lastId = "";
  }

  /** Notes {@code chat_message}; its text begins with the client's id. */
  void message(JsonObject event, int server) {
    lock.lock();
    try {
      Place place = place(event);
      String messageId = event.get("message_id").getAsString();
      String clientId = Writing.clientId(event.get("text").getAsString());
      add(new Seen(place, messageId, clientId, server, System.nanoTime()));
      last = Optional.of(place);
      lastId = messageId;
    } finally {
      lock.unlock();
    }
  }

  private void add(Sight sight) {
    sights.add(sight);
  }

  /** Returns the place of a log that an event names. */
  static Place place(JsonObject event) {
    return new Place(event.get("epoch").getAsString().intern(), event.get("seq").getAsLong());
  }

  /** Returns the last place that is known; nothing before the first. */
  Optional<Place> last() {
    lock.lock();
    try {
      return last;
    } finally {
      lock.unlock();
    }
  }

  /** Returns the id of the message at the last place; empty where none was seen there. */
  String lastId() {
    lock.lock();
    try {
      return lastId;
    } finally {
      lock.unlock();
    }
  }

  /** Returns all that was noted so far. */
  Reader reader() {
    lock.lock();
    try {
      return new Reader(reader, sights);
    } finally {
      lock.unlock();
    }
  }
}
