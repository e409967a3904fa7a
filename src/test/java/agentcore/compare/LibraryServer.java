package agentcore.compare;

import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.java_websocket.WebSocket;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.server.WebSocketServer;

/**
 * The minimal chat on the server class of Java-WebSocket, written as its documentation suggests:
 * extend it, and call broadcast. AgentCore uses the same protocol engine; the threads, the selector
 * and the queues here are the library's own. It does what src/bench/peers/chat.js does, but keeps
 * no history.
 */
final class LibraryServer extends WebSocketServer {
  private final Map<String, Room> rooms = new ConcurrentHashMap<>();
  private final Gson gson = new Gson();

  private static final class Room {
    final Set<WebSocket> members = ConcurrentHashMap.newKeySet();
    final String epoch = UUID.randomUUID().toString();
    long seq;
  }

  private LibraryServer() {
    super(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    setTcpNoDelay(true);
    setConnectionLostTimeout(0);
    setMaxPendingConnections(4096);
  }

  public static void main(String[] args) {
    new LibraryServer().start();
  }

  @Override
  public void onStart() {
    System.out.println("WebSocketServer listening on ws://127.0.0.1:" + getPort());
  }

  @Override
  public void onOpen(WebSocket client, ClientHandshake request) {
    String path = request.getResourceDescriptor();
    String user = path.substring(path.lastIndexOf('/') + 1);
    client.setAttachment(user);
    JsonObject welcome = event("welcome");
    welcome.addProperty("username", user);
    welcome.add("rooms", gson.toJsonTree(Set.of()));
    client.send(welcome.toString());
  }

  @Override
  public void onMessage(WebSocket client, String text) {
    JsonObject request = JsonParser.parseString(text).getAsJsonObject();
    JsonObject data = request.getAsJsonObject("data");
    switch (request.get("type").getAsString()) {
      case "create_room" -> enter(client, data.get("room_name").getAsString());
      case "join_room" -> enter(client, data.get("room").getAsString());
      case "chat_message" ->
          say(client, data.get("room").getAsString(), data.get("text").getAsString());
      default -> throw new IllegalArgumentException(text);
    }
  }

  private void enter(WebSocket client, String name) {
    Room room = rooms.computeIfAbsent(name, n -> new Room());
    room.members.add(client);
    JsonObject joined = event("room_joined");
    joined.addProperty("room", name);
    joined.addProperty("seq", 0);
    joined.addProperty("epoch", room.epoch);
    client.send(joined.toString());
  }

  private void say(WebSocket client, String name, String text) {
    Room room = rooms.get(name);
    JsonObject event = event("chat_message");
    event.addProperty("user_id", client.<String>getAttachment());
    event.addProperty("username", client.<String>getAttachment());
    event.addProperty("room", name);
    event.addProperty("text", text);
    event.addProperty("epoch", room.epoch);
    event.addProperty("message_id", UUID.randomUUID().toString());
    synchronized (room) { // all members receive one order
      event.addProperty("seq", ++room.seq);
      broadcast(event.toString(), room.members);
    }
  }

  private static JsonObject event(String type) {
    JsonObject event = new JsonObject();
    event.addProperty("type", type);
    event.addProperty("timestamp", System.currentTimeMillis() / 1e3);
    return event;
  }

  @Override
  public void onClose(WebSocket client, int code, String reason, boolean remote) {
    rooms.values().forEach(room -> room.members.remove(client));
    rooms.values().removeIf(room -> room.members.isEmpty());
  }

  @Override
  public void onError(WebSocket client, Exception e) {
    e.printStackTrace();
  }
}
