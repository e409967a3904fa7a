package agentcore.redis;

import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.RawFrame;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;

/** A user's connection, with a thread that records all events for the assertions of a test. */
final class Guest implements AutoCloseable {
  /** Settings without rate limit. */
  static final Map<String, String> UNLIMITED = Map.of("RATE_LIMIT_MESSAGES", "0");

  private static final Duration LONG = Duration.ofMinutes(5);

  private final RawClient client;
  private final List<JsonObject> heard = new CopyOnWriteArrayList<>();
  private final String idPrefix = UUID.randomUUID() + "-";
  private int requests;
  private volatile boolean ended;
  private volatile Optional<Integer> closeCode = Optional.empty();

  private Guest(RawClient client) {
    this.client = client;
  }

  /** Connects without waiting for the welcome. */
  static Guest open(int port, String user) {
    // Does not answer pings, since only the test writes. Requests count as signs of life too.
    Guest guest = new Guest(RawClient.connect(port, RawClient.path(user)).answerPings(false));
    Thread.ofVirtual().name("guest-" + user).start(guest::listen);
    return guest;
  }

  /** Connects and waits for the welcome. */
  static Guest connect(int port, String user) {
    Guest guest = open(port, user);
    JsonObject unused = guest.await("welcome");
    return guest;
  }

  private void listen() {
    try {
      Optional<RawFrame> frame = client.nextFrame(LONG);
      while (frame.isPresent()) {
        RawFrame read = frame.get();
        if (read.opcode() == RawFrame.TEXT) {
          heard.add(JsonParser.parseString(read.text()).getAsJsonObject());
        } else if (read.opcode() == RawFrame.CLOSE) {
          closeCode = Optional.of(read.closeCode());
        }
        frame = client.nextFrame(LONG);
      }
    } finally {
      ended = true;
    }
  }

  /** Returns the connection's name. */
  String channel() {
    return await("welcome").get("user_id").getAsString();
  }

  /** Sends a request without an id. */
  void tell(String type, String data) {
    client.send("{\"type\":\"" + type + "\",\"data\":" + data + "}");
  }

  /** Sends a request with an id and returns the id. */
  String request(String type, String data) {
    String id = idPrefix + ++requests;
    client.send("{\"type\":\"" + type + "\",\"data\":" + data + ",\"id\":\"" + id + "\"}");
    return id;
  }

  /** Sends a request and returns its first answer. */
  JsonObject ask(String type, String data) {
    return answer(request(type, data));
  }

  /** Sends a request again until it is not refused for want of the store. */
  JsonObject askUntilAnswered(String type, String data) {
    AtomicReference<JsonObject> answer = new AtomicReference<>();
    Await.until(
        "an answer to " + type,
        () -> {
          answer.set(ask(type, data));
          return !text(answer.get(), "error_code").equals("BACKEND_UNAVAILABLE");
        });
    return answer.get();
  }

  /** Returns the first answer to a request. */
  JsonObject answer(String id) {
    return await("the answer to " + id, e -> text(e, "id").equals(id));
  }

  /** Joins a room. */
  void join(String room) {
    JsonObject reply = ask("join_room", "{\"room\":\"" + room + "\"}");
    if (!text(reply, "type").equals("room_joined")) {
      throw new AssertionError("cannot join: " + reply);
    }
  }

  /** Creates a public room. */
  void create(String room) {
    JsonObject reply = ask("create_room", "{\"room_name\":\"" + room + "\"}");
    if (!text(reply, "type").equals("room_created")) {
      throw new AssertionError("cannot create: " + reply);
    }
  }

  /** Sends a message to a room and returns the ack or the error. */
  JsonObject say(String room, String text) {
    return ask("chat_message", saying(room, text));
  }

  /** Returns the data of a chat message. */
  static String saying(String room, String text) {
    return "{\"room\":\"" + room + "\",\"text\":\"" + text + "\"}";
  }

  /** Sends a message again until it is stored, and returns the ack. */
  JsonObject sayUntilStored(String room, String text) {
    AtomicReference<JsonObject> answer = new AtomicReference<>();
    Await.until(
        "a message to be stored",
        () -> {
          answer.set(say(room, text));
          return text(answer.get(), "type").equals("ack");
        });
    return answer.get();
  }

  /** Returns the first event of a type, past or future. */
  JsonObject await(String type) {
    return await(type, ofType(type));
  }

  /** Returns the first matching event, past or future. */
  JsonObject await(String what, Predicate<JsonObject> fits) {
    return await(what, Await.DEADLINE, fits);
  }

  /** Returns the first matching event, past or future; {@code what} describes it. */
  JsonObject await(String what, Duration deadline, Predicate<JsonObject> fits) {
    try {
      Await.until(what, deadline, () -> ended || heard.stream().anyMatch(fits));
      return heard.stream().filter(fits).findFirst().orElseThrow();
    } catch (AssertionError | NoSuchElementException e) {
      throw new AssertionError(what + " did not come (" + closeCode + "), only " + types(), e);
    }
  }

  /** Waits for a chat message with this text. */
  JsonObject awaitText(String text) {
    return await("message " + text, ofType("chat_message").and(e -> text(e, "text").equals(text)));
  }

  private String types() {
    return heard.stream().map(e -> text(e, "type")).toList().toString();
  }

  /** Returns the matching events so far. */
  List<JsonObject> heard(Predicate<JsonObject> fits) {
    return heard.stream().filter(fits).toList();
  }

  /** Returns the texts of a room's messages so far, in the order of arrival. */
  List<String> texts(String room) {
    return heard(ofType("chat_message").and(about(room))).stream()
        .map(e -> text(e, "text"))
        .toList();
  }

  /** Matches events of a type. */
  static Predicate<JsonObject> ofType(String type) {
    return e -> text(e, "type").equals(type);
  }

  /** Matches events about a room. */
  static Predicate<JsonObject> about(String room) {
    return e -> text(e, "room").equals(room);
  }

  /** Matches events about a user. */
  static Predicate<JsonObject> of(String user) {
    return e -> text(e, "username").equals(user);
  }

  /** Returns a field as text; empty if it is missing. */
  static String text(JsonObject event, String field) {
    return event.has(field) && event.get(field).isJsonPrimitive()
        ? event.get(field).getAsString()
        : "";
  }

  /** Waits for the server's close frame and returns its code. */
  int awaitClose() {
    Await.until("a close", () -> closeCode.isPresent() || ended);
    return closeCode.orElse(1006);
  }

  /**
   * Waits until the server has accepted or refused the connection. Returns whether it was accepted.
   */
  boolean isGreeted() {
    Await.until("a welcome or a close", () -> !heard.isEmpty() || closeCode.isPresent() || ended);
    return isOpen();
  }

  /** Returns whether the connection is open. */
  boolean isOpen() {
    return !ended && closeCode.isEmpty();
  }

  /** Cuts the connection without a close frame. */
  void hangUp() {
    client.closeAbruptly();
  }

  @Override
  public void close() {
    client.close();
  }
}
