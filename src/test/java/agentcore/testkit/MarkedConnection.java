package agentcore.testkit;

import agentcore.core.Config;
import agentcore.core.Setting;
import agentcore.core.auth.JsonWebTokens;
import agentcore.core.auth.SigningKeys;
import agentcore.core.backend.Backend;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Notice;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/**
 * Does what {@link Marker} does for a server in another process: a connection in no room receives a
 * mark through the shared store.
 */
final class MarkedConnection implements AutoCloseable {
  private static final String USER = "marked-" + UUID.randomUUID();

  private final RawClient client;

  private MarkedConnection(RawClient client) {
    this.client = client;
  }

  static MarkedConnection on(TestServer server, Config config) {
    String secret = config.text(Setting.AUTH_SECRET);
    RawClient client = RawClient.connect(server.port(), RawClient.path(USER) + token(secret));
    for (JsonElement room : client.nextJson("welcome").getAsJsonArray("rooms")) {
      JsonObject data = new JsonObject();
      data.add("room", room);
      client.send("{\"type\":\"leave_room\",\"data\":" + data + "}");
      client.nextJson("room_left");
    }
    return new MarkedConnection(client);
  }

  private static String token(String secret) {
    return secret.isEmpty()
        ? ""
        : "?token="
            + new JsonWebTokens(SigningKeys.parse(secret), Clock.systemUTC())
                .sign(USER, Duration.ofHours(1));
  }

  /** Sends a mark and waits until all {@code connections} have received it. */
  static void settle(Backend backend, List<MarkedConnection> connections) {
    String mark = "{\"type\":\"mark-" + UUID.randomUUID() + "\"}";
    backend.presence().broadcast(GroupId.user(USER), Notice.everyone(mark));
    for (MarkedConnection each : connections) {
      String text = each.client.nextText();
      while (!text.equals(mark)) {
        text = each.client.nextText();
      }
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
