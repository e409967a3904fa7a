package agentcore.torture;

import agentcore.torture.history.AccountHistory;
import agentcore.torture.history.History.Position;
import com.google.gson.JsonObject;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * What one device does for the account of its user, at random times: it moves read markers, asks
 * for the user's rooms, and joins and leaves a room. Records what it is told. Thread-safe.
 */
final class AccountDevice {
  /** The room that is joined and left. */
  static final String SIDE_ROOM = "side";

  private static final String ID = "account-";
  private static final int MAX_PAUSE_MILLIS = 500;

  /** With more unanswered requests it waits: a slow machine would never answer them all. */
  private static final int WINDOW = 8;

  private static final int MARKS_OF_TEN = 6;
  private static final int LISTS_OF_TEN = 2;

  /** How far behind the end most markers are, and how far beyond it some are. */
  private static final int BEHIND = 20;

  private static final int BEYOND = 3;

  private final String name;
  private final List<String> targets;
  private final Function<String, Optional<Position>> lastOf;
  private final Random random;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Pending> pending = new LinkedHashMap<>();
  private final AccountRecords records = new AccountRecords();

  /** Refusals that only a store that lost its data may cause. */
  private final Queue<String> refusals = new ConcurrentLinkedQueue<>();

  private int connections;
  private int ids;
  private long dueNanos = System.nanoTime();
  private boolean isInSideRoom;
  private Phase phase = Phase.BEFORE;

  private enum Phase {
    BEFORE,
    RANDOM,
    FINISHED,
    LAST_LIST,
    DONE
  }

  private record Pending(String type, String target, long sentNanos, boolean isLast) {}

  /**
   * Creates a device.
   *
   * @param targets the rooms and peers whose markers it moves
   * @param lastOf returns what the device last saw of the log of a target
   */
  AccountDevice(
      String name, List<String> targets, Function<String, Optional<Position>> lastOf, long seed) {
    this.name = name;
    this.targets = List.copyOf(targets);
    this.lastOf = lastOf;
    this.random = new Random(seed);
  }

  /** Begins to send requests. */
  void begin() {
    enter(Phase.RANDOM);
  }

  /** Stops sending requests. */
  void finish() {
    enter(Phase.FINISHED);
  }

  /** Asks for the rooms a last time, until there is an answer. */
  void listAtLast() {
    enter(Phase.LAST_LIST);
  }

  private void enter(Phase next) {
    lock.lock();
    try {
      phase = next;
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether it sends requests at random times. */
  boolean isBusy() {
    lock.lock();
    try {
      return phase == Phase.RANDOM;
    } finally {
      lock.unlock();
    }
  }

  /** Returns whether the last question was answered. */
  boolean isDone() {
    lock.lock();
    try {
      return phase == Phase.DONE;
    } finally {
      lock.unlock();
    }
  }

  /** Records that a connection begins; the answers of the last one are lost. */
  void connected() {
    lock.lock();
    try {
      connections++;
      isInSideRoom = false;
      List.copyOf(pending.keySet()).forEach(this::unanswered);
    } finally {
      lock.unlock();
    }
  }

  private void unanswered(String id) {
    Pending lost = pending.remove(id);
    if (lost != null && lost.target().equals(SIDE_ROOM)) {
      records.unanswered(SIDE_ROOM, isJoin(lost), lost.sentNanos());
    }
  }

  private static boolean isJoin(Pending move) {
    return move.type().equals("join_room");
  }

  /** Returns the requests to send now. */
  List<String> due() {
    lock.lock();
    try {
      long now = System.nanoTime();
      boolean isAsking = pending.values().stream().anyMatch(Pending::isLast);
      if (phase == Phase.LAST_LIST && !isAsking) {
        return List.of(request("my_rooms", "", new JsonObject()));
      }
      if (phase != Phase.RANDOM || dueNanos - now > 0 || pending.size() >= WINDOW) {
        return List.of();
      }
      dueNanos = now + TimeUnit.MILLISECONDS.toNanos(random.nextInt(MAX_PAUSE_MILLIS));
      int kind = random.nextInt(10);
      if (kind < MARKS_OF_TEN) {
        return List.of(mark());
      }
      return kind < MARKS_OF_TEN + LISTS_OF_TEN
          ? List.of(request("my_rooms", "", new JsonObject()))
          : move();
    } finally {
      lock.unlock();
    }
  }

  private String mark() {
    String target = targets.get(random.nextInt(targets.size()));
    long last = lastOf.apply(target).map(Position::seq).orElse(0L);
    long first = random.nextInt(5) == 0 ? 0 : Math.max(0, last - BEHIND);
    long seq = random.nextLong(first, last + BEYOND);
    JsonObject data = new JsonObject();
    AccountHistory.peerOf(target)
        .ifPresentOrElse(
            peer -> data.addProperty("target_user_id", peer),
            () -> data.addProperty("room", target));
    data.addProperty("seq", seq);
    records.asked(target, seq);
    return request("mark_read", target, data);
  }

  private List<String> move() {
    if (pending.values().stream().anyMatch(each -> each.target().equals(SIDE_ROOM))) {
      return List.of();
    }
    JsonObject data = new JsonObject();
    data.addProperty("room", SIDE_ROOM);
    return List.of(request(isInSideRoom ? "leave_room" : "join_room", SIDE_ROOM, data));
  }

  private String request(String type, String target, JsonObject data) {
    String id = ID + ids++;
    pending.put(id, new Pending(type, target, System.nanoTime(), phase == Phase.LAST_LIST));
    return ChatRequests.request(type, data, id);
  }

  /** Records an event. Returns whether it is about the account, and about nothing else. */
  boolean handle(JsonObject event) {
    lock.lock();
    try {
      return isHandled(event);
    } finally {
      lock.unlock();
    }
  }

  /** Records that a room was joined that is never left. */
  void joined(String room) {
    lock.lock();
    try {
      records.moved(room, true, System.nanoTime());
    } finally {
      lock.unlock();
    }
  }

  private boolean isHandled(JsonObject event) {
    String type = event.get("type").getAsString();
    String id = event.has("id") ? event.get("id").getAsString() : "";
    Optional<Pending> answered = Optional.ofNullable(pending.get(id));
    if (type.equals("read_marker")) {
      pending.remove(id);
      records.marked(event, connection(), answered.map(Pending::sentNanos));
    } else if (answered.isEmpty()) {
      return isAboutSideRoom(event);
    } else if (type.equals("my_rooms")) {
      pending.remove(id);
      records.listed(event, connection(), answered.get().isLast(), answered.get().sentNanos());
      phase = answered.get().isLast() ? Phase.DONE : phase;
    } else if (type.equals("room_joined") || type.equals("room_left")) {
      isInSideRoom = type.equals("room_joined");
      pending.remove(id);
      records.moved(SIDE_ROOM, isInSideRoom, answered.get().sentNanos());
    } else if (type.equals("error")) {
      refused(id, event);
    }
    return true;
  }

  private static boolean isAboutSideRoom(JsonObject event) {
    return event.has("room") && event.get("room").getAsString().equals(SIDE_ROOM);
  }

  private String connection() {
    return name + ", connection " + connections;
  }

  private void refused(String id, JsonObject error) {
    unanswered(id);
    if (!error.get("retryable").getAsBoolean()) {
      refusals.add(name + " received " + error);
    }
  }

  /** Returns the requests that were refused; only a store that lost its data may cause them. */
  Collection<String> refusals() {
    return refusals;
  }

  /** Returns how many markers and lists it has received. */
  int answers() {
    lock.lock();
    try {
      return records.answers();
    } finally {
      lock.unlock();
    }
  }

  /** Adds what was recorded to the records of all devices of the user. */
  void addTo(AccountRecords all) {
    lock.lock();
    try {
      all.addAll(records);
      pending.values().stream()
          .filter(each -> each.target().equals(SIDE_ROOM))
          .forEach(each -> all.unanswered(SIDE_ROOM, isJoin(each), each.sentNanos()));
    } finally {
      lock.unlock();
    }
  }
}
