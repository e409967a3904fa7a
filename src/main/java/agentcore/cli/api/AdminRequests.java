package agentcore.cli.api;

import agentcore.client.ChatEvent;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The requests of {@code agentcore admin}. Each returns the answer of the server. */
final class AdminRequests {
  private static final String ROOM_NOT_FOUND = "ROOM_NOT_FOUND";

  /** How long to wait while the server refuses because of the rate of the key. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final ApiClient client;

  AdminRequests(ApiClient client) {
    this.client = client;
  }

  private ChatEvent send(String method, String path, Optional<JsonObject> body)
      throws ApiException, InterruptedException {
    return client.send(method, path, body, ApiClient.Repeat.IF_REFUSED, PATIENCE);
  }

  private ChatEvent send(String method, String path) throws ApiException, InterruptedException {
    return send(method, path, Optional.empty());
  }

  private static String room(String name) {
    return "rooms/" + ApiClient.encode(name);
  }

  private static String user(String name) {
    return "users/" + ApiClient.encode(name);
  }

  ChatEvent listRooms() throws ApiException, InterruptedException {
    return send("GET", "rooms");
  }

  ChatEvent listMembers(String room) throws ApiException, InterruptedException {
    return send("GET", room(room) + "/members");
  }

  ChatEvent readUser(String user) throws ApiException, InterruptedException {
    return send("GET", user(user));
  }

  ChatEvent createRoom(String room, boolean isPublic) throws ApiException, InterruptedException {
    JsonObject body = new JsonObject();
    body.addProperty("is_public", isPublic);
    return send("PUT", room(room), Optional.of(body));
  }

  ChatEvent deleteRoom(String room) throws ApiException, InterruptedException {
    return send("DELETE", room(room));
  }

  ChatEvent removeMember(String user, String room) throws ApiException, InterruptedException {
    return send("DELETE", room(room) + "/members/" + ApiClient.encode(user));
  }

  ChatEvent disconnect(String user) throws ApiException, InterruptedException {
    return send("DELETE", user(user) + "/connections");
  }

  /**
   * Lists the users in all rooms, sorted by name: {@code {"users":[{"username":..,"rooms":[..]}]}},
   * with {@code "more":true} if one of the lists was not complete. The API has no request for this,
   * so rooms may change between its parts.
   */
  ChatEvent listUsers() throws ApiException, InterruptedException {
    ChatEvent rooms = listRooms();
    boolean isPart = rooms.is("more");
    Map<String, Set<String>> roomsOf = new TreeMap<>();
    for (ChatEvent room : rooms.objects("rooms")) {
      String name = room.text("name");
      Optional<ChatEvent> members = membersIfItExists(name);
      isPart |= members.isPresent() && members.get().is("more");
      members.stream()
          .flatMap(list -> list.objects("users").stream())
          .forEach(
              member ->
                  roomsOf
                      .computeIfAbsent(member.text("username"), user -> new TreeSet<>())
                      .add(name));
    }
    JsonArray users = new JsonArray();
    roomsOf.forEach((user, names) -> users.add(row(user, names)));
    JsonObject list = new JsonObject();
    list.add("users", users);
    if (isPart) {
      list.addProperty("more", true);
    }
    return ChatEvent.parse(list.toString()).orElseThrow();
  }

  private static JsonObject row(String user, Set<String> rooms) {
    JsonObject row = new JsonObject();
    row.addProperty("username", user);
    JsonArray names = new JsonArray();
    rooms.forEach(names::add);
    row.add("rooms", names);
    return row;
  }

  /** A room may be removed after it was listed. */
  private Optional<ChatEvent> membersIfItExists(String room)
      throws ApiException, InterruptedException {
    try {
      return Optional.of(listMembers(room));
    } catch (ApiException e) {
      if (e.errorCode().equals(ROOM_NOT_FOUND)) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
