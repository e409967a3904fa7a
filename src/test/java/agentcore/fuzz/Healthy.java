package agentcore.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.testkit.RawClient;
import com.google.gson.JsonObject;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A client in the lobby that the fuzzer must not affect, apart from the fuzzer's messages. */
final class Healthy implements AutoCloseable {
  static final String USER = "healthy";

  /** The healthy client keeps to this limit, and the fuzzer exceeds it many times over. */
  static final int MESSAGES_PER_SECOND = 100;

  private static final int MESSAGES_PER_CHECK = 2;

  private final RawClient client;
  private final String request;
  private final long pauseNanos;
  private long nextCheckNanos = System.nanoTime();
  private long seq;
  private int asked;

  /** Connects. Under a rate limit excess pings are dropped, so it sends list_rooms instead. */
  Healthy(int port, boolean limited) {
    request = limited ? "list_rooms" : "ping";
    pauseNanos = limited ? TimeUnit.SECONDS.toNanos(MESSAGES_PER_CHECK) / MESSAGES_PER_SECOND : 0;
    client = RawClient.connect(port, RawClient.path(USER));
    seq = ReplyRules.check(client.nextText()).get("seq").getAsLong();
  }

  /**
   * Sends a request and a message; both must be answered, and no message of the lobby may be lost.
   */
  void check() {
    keepToLimit();
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

  private void keepToLimit() {
    for (long now = System.nanoTime(); now < nextCheckNanos; now = System.nanoTime()) {
      LockSupport.parkNanos(nextCheckNanos - now);
    }
    nextCheckNanos = System.nanoTime() + pauseNanos;
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
