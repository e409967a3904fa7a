package agentcore.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.testkit.RawClient;
import com.google.gson.JsonObject;

/** A client in the lobby that the fuzzer must not affect, apart from the fuzzer's messages. */
final class Healthy implements AutoCloseable {
  static final String USER = "healthy";

  private final RawClient client;
  private final String request;
  private long seq;
  private int asked;

  /** Connects. Under a rate limit excess pings are dropped, so it sends list_rooms instead. */
  Healthy(int port, boolean limited) {
    request = limited ? "list_rooms" : "ping";
    client = RawClient.connect(port, RawClient.path(USER));
    seq = ReplyRules.check(client.nextText()).get("seq").getAsLong();
  }

  /**
   * Sends a request and a message; both must be answered, and no message of the lobby may be lost.
   */
  void check() {
    String id = "healthy-" + ++asked;
    client.send(
        "{\"type\":\"chat_message\",\"data\":{\"room\":\"lobby\",\"text\":\"%s\"},\"id\":\"%s\"}"
            .formatted(id, id));
    client.send("{\"type\":\"" + request + "\",\"id\":\"" + id + "\"}");
    boolean acked = false;
    boolean received = false;
    boolean answered = false;
    while (!acked || !received || !answered) {
      JsonObject frame = ReplyRules.check(client.nextText());
      switch (frame.get("type").getAsString()) {
        case "pong", "rooms_list" -> answered = frame.get("id").getAsString().equals(id);
        case "ack" -> acked = frame.get("id").getAsString().equals(id);
        case "chat_message" ->
            received = follows(frame) && frame.get("text").getAsString().equals(id);
        case "error", "room_reset" ->
            throw new AssertionError("the healthy client received " + frame);
        default -> {}
      }
    }
  }

  private boolean follows(JsonObject message) {
    if (message.get("room").getAsString().equals("lobby")) {
      assertEquals(++seq, message.get("seq").getAsLong(), "a gap: " + message);
    }
    return message.get("username").getAsString().equals(USER);
  }

  @Override
  public void close() {
    client.close();
  }
}
