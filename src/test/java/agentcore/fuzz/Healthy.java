package agentcore.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.testkit.RawClient;
import com.google.gson.JsonObject;

/** A client in the lobby that must never notice that there is a fuzzer, but for what it says. */
final class Healthy implements AutoCloseable {
  static final String USER = "healthy";

  private final RawClient client;
  private final String question;
  private long seq;
  private int asked;

  /** Connects; under a rate limit it pings less often than it is asked to, and asks instead. */
  Healthy(int port, boolean limited) {
    question = limited ? "list_rooms" : "ping";
    client = RawClient.connect(port, RawClient.path(USER));
    seq = ReplyRules.check(client.nextText()).get("seq").getAsLong();
  }

  /** Asks and says something; both must come back, and nothing in the lobby be lost. */
  void check() {
    String id = "healthy-" + ++asked;
    client.send(
        "{\"type\":\"chat_message\",\"data\":{\"room\":\"lobby\",\"text\":\"%s\"},\"id\":\"%s\"}"
            .formatted(id, id));
    client.send("{\"type\":\"" + question + "\",\"id\":\"" + id + "\"}");
    boolean acked = false;
    boolean heard = false;
    boolean answered = false;
    while (!acked || !heard || !answered) {
      JsonObject frame = ReplyRules.check(client.nextText());
      switch (frame.get("type").getAsString()) {
        case "pong", "rooms_list" -> answered = frame.get("id").getAsString().equals(id);
        case "ack" -> acked = frame.get("id").getAsString().equals(id);
        case "chat_message" -> heard = follows(frame) && frame.get("text").getAsString().equals(id);
        case "error", "room_reset" -> throw new AssertionError("the healthy client heard " + frame);
        default -> {}
      }
    }
  }

  private boolean follows(JsonObject message) {
    if (message.get("room").getAsString().equals("lobby")) {
      assertEquals(++seq, message.get("seq").getAsLong(), "a hole: " + message);
    }
    return message.get("username").getAsString().equals(USER);
  }

  @Override
  public void close() {
    client.close();
  }
}
