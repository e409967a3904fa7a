package agentcore.torture;

import agentcore.testkit.RawClient;
import agentcore.torture.history.History.Position;
import com.google.gson.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The requests of the clients. */
final class ChatRequests {
  private ChatRequests() {}

  /** Returns the path under which a user connects, and resumes the lobby and the inbox. */
  static String path(String user, RoomView lobby, RoomView inbox) {
    String path = RawClient.path(user);
    return lobby.last().isEmpty()
        ? path
        : path + "?" + resume("", lobby) + "&" + resume("inbox_", inbox);
  }

  private static String resume(String prefix, RoomView view) {
    Position seen = view.last().orElse(new Position("", 0));
    String epoch = URLEncoder.encode(seen.epoch(), StandardCharsets.UTF_8);
    String since = prefix + "since=" + seen.seq() + "&" + prefix + "epoch=" + epoch;
    return since + "&" + prefix + "message_id=" + view.lastId();
  }

  /** Returns the request to join a room, and to resume it. */
  static String join(String room, RoomView view) {
    JsonObject data = new JsonObject();
    data.addProperty("room", room);
    Optional<Position> last = view.last();
    if (last.isPresent()) {
      data.addProperty("epoch", last.get().epoch());
      data.addProperty("since", last.get().seq());
      if (!view.lastId().isEmpty()) {
        data.addProperty("message_id", view.lastId());
      }
    }
    return request("join_room", data, "join");
  }

  /** Returns a {@code chat_message} request. */
  static String chatMessage(String room, String text, String id) {
    JsonObject data = new JsonObject();
    data.addProperty("room", room);
    data.addProperty("text", text);
    return request("chat_message", data, id);
  }

  /** Returns a {@code private_message} request. */
  static String privateMessage(String target, String text, String id) {
    JsonObject data = new JsonObject();
    data.addProperty("target_user_id", target);
    data.addProperty("text", text);
    return request("private_message", data, id);
  }

  /** Returns a request as JSON. */
  static String request(String type, JsonObject data, String id) {
    JsonObject request = new JsonObject();
    request.addProperty("type", type);
    request.add("data", data);
    request.addProperty("id", id);
    return request.toString();
  }
}
