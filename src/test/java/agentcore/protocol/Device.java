package agentcore.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.testkit.RawClient;
import agentcore.testkit.TestServer;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;

/** A connected device of a user, which sends one request after the other. */
final class Device implements AutoCloseable {
  private final RawClient client;
  private final List<JsonObject> events = new ArrayList<>();
  private String lastId = "";

  private Device(RawClient client) {
    this.client = client;
  }

  static Device of(TestServer server, String user) {
    return new Device(server.welcomed(user));
  }

  /** Sends a request and returns the first reply; everything before it is in {@link #events}. */
  JsonObject ask(String type, JsonObject data) {
    lastId = UUID.randomUUID().toString();
    JsonObject request = new JsonObject();
    request.addProperty("type", type);
    request.add("data", data);
    request.addProperty("id", lastId);
    client.send(request.toString());
    return reply();
  }

  /** Returns the next reply to the last request. */
  private JsonObject reply() {
    JsonObject frame = client.nextJson();
    while (!frame.has("id") || !frame.get("id").getAsString().equals(lastId)) {
      events.add(frame);
      frame = client.nextJson();
    }
    return frame;
  }

  /** Returns the events that were received between the replies, and forgets them. */
  List<JsonObject> events() {
    List<JsonObject> received = List.copyOf(events);
    events.clear();
    return received;
  }

  /** Sends a request about a room and returns the first reply. */
  JsonObject ask(String type, String field, String value) {
    JsonObject data = new JsonObject();
    data.addProperty(field, value);
    return ask(type, data);
  }

  /** Creates a room. */
  void create(String room) {
    assertType("room_created", ask("create_room", "room_name", room));
    assertType("room_joined", reply());
    assertType("room_info", reply());
  }

  /** Joins a room. */
  void join(String room) {
    assertType("room_joined", ask("join_room", "room", room));
    assertType("room_info", reply());
  }

  /** Leaves a room. */
  void leave(String room) {
    assertType("room_left", ask("leave_room", "room", room));
  }

  /** Writes a message to a room and returns its seq. */
  long write(String room, String text) {
    JsonObject data = new JsonObject();
    data.addProperty("room", room);
    data.addProperty("text", text);
    JsonObject reply = ask("chat_message", data);
    assertType("ack", reply);
    return reply.get("seq").getAsLong();
  }

  /** Writes a private message and returns the reply. */
  JsonObject writeTo(String user) {
    JsonObject data = new JsonObject();
    data.addProperty("target_user_id", user);
    data.addProperty("text", "hello");
    return ask("private_message", data);
  }

  /** Moves the marker of a room and returns the reply. */
  JsonObject mark(String room, long seq) {
    JsonObject data = new JsonObject();
    data.addProperty("room", room);
    data.addProperty("seq", seq);
    JsonObject reply = ask("mark_read", data);
    assertType("read_marker", reply);
    return reply;
  }

  /** Returns the list of the user's rooms. */
  JsonObject myRooms() {
    JsonObject list = ask("my_rooms", new JsonObject());
    assertType("my_rooms", list);
    return list;
  }

  /** Returns the names of the user's rooms. */
  List<String> roomNames() {
    return rows(myRooms()).stream().map(row -> row.get("name").getAsString()).toList();
  }

  /** Returns one of the user's rooms. */
  Optional<JsonObject> room(String name) {
    return rows(myRooms()).stream()
        .filter(row -> row.get("name").getAsString().equals(name))
        .findFirst();
  }

  /** Returns how many messages of a room the user has not read. */
  int unread(String room) {
    return room(room).orElseThrow().get("unread").getAsInt();
  }

  private static List<JsonObject> rows(JsonObject list) {
    return StreamSupport.stream(list.getAsJsonArray("rooms").spliterator(), false)
        .map(JsonElement::getAsJsonObject)
        .toList();
  }

  static void assertType(String expected, JsonObject frame) {
    assertEquals(expected, frame.get("type").getAsString(), frame.toString());
  }

  static void assertError(String code, JsonObject frame) {
    assertType("error", frame);
    assertEquals(code, frame.get("error_code").getAsString(), frame.toString());
  }

  RawClient client() {
    return client;
  }

  @Override
  public void close() {
    client.close();
  }
}
