package agentcore.poison;

import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A well-behaved client that reads all the time, on a thread of its own. */
final class HonestClient implements AutoCloseable {
  private final RawClient client;
  private final Queue<JsonObject> received = new ConcurrentLinkedQueue<>();
  private final Thread reader;
  private int pings;

  HonestClient(int port, String user) {
    client = RawClient.connect(port, RawClient.path(user));
    reader = Thread.ofVirtual().name("honest-" + user).start(this::read);
  }

  private void read() {
    try {
      while (true) {
        String text = client.nextText(Duration.ofHours(1));
        received.add(JsonParser.parseString(text).getAsJsonObject());
      }
    } catch (AssertionError | UncheckedIOException end) {
      // closed by us or by the server; a test that waits for an event will fail
    }
  }

  void send(String text) {
    client.send(text);
  }

  /** Sends a ping and waits for its pong. */
  void ping() {
    String id = "ping-" + ++pings;
    send("{\"type\":\"ping\",\"id\":\"" + id + "\"}");
    Await.until(
        "the honest client's pong",
        () ->
            received("pong").stream()
                .anyMatch(pong -> pong.has("id") && pong.get("id").getAsString().equals(id)));
  }

  /** Returns the events of this type received so far. */
  List<JsonObject> received(String type) {
    return received.stream().filter(json -> json.get("type").getAsString().equals(type)).toList();
  }

  @Override
  public void close() {
    client.close();
    try {
      reader.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
