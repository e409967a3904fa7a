package agentcore.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.RawFrame;
import com.google.gson.JsonObject;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A connection of the fuzzer's own that sends texts by the dozen and checks what it hears. */
final class Talk implements AutoCloseable {
  private static final int POLICY = 1008;

  private final RawClient client;
  private final boolean limited;
  private final String channel;
  private int fences;
  private boolean ended;

  /** Connects; with a rate limit, requests may be refused and the connection be closed for it. */
  Talk(int port, String user, boolean limited) {
    this.client = RawClient.connect(port, RawClient.path(user));
    this.limited = limited;
    this.channel = ReplyRules.check(client.nextText()).get("user_id").getAsString();
  }

  String channel() {
    return channel;
  }

  /** Says whether the server closed it, which only a flood under a rate limit earns. */
  boolean hasEnded() {
    return ended;
  }

  /** Sends these texts and a request behind them; returns what comes before that one's reply. */
  List<JsonObject> exchange(List<String> texts) {
    String fence = "fence-" + ++fences;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    texts.forEach(text -> bytes.writeBytes(RawFrame.text(text).encode()));
    bytes.writeBytes(RawFrame.text(fenceRequest(fence)).encode());
    client.sendBytes(bytes.toByteArray());
    List<JsonObject> heard = new ArrayList<>();
    Optional<JsonObject> frame = next();
    while (frame.isPresent() && !isReplyTo(fence, frame.get())) {
      heard.add(frame.get());
      frame = next();
    }
    return heard;
  }

  /** A ping under a rate limit may be dropped; everything else is answered. */
  private String fenceRequest(String id) {
    return limited
        ? "{\"type\":\"get_user_status\",\"data\":{\"target_user_id\":\"x\"},\"id\":\"" + id + "\"}"
        : "{\"type\":\"ping\",\"id\":\"" + id + "\"}";
  }

  private static boolean isReplyTo(String id, JsonObject frame) {
    return frame.has("id") && frame.get("id").getAsString().equals(id);
  }

  private Optional<JsonObject> next() {
    RawFrame frame = client.nextFrame(Await.DEADLINE).orElseThrow(() -> new AssertionError("cut"));
    if (frame.opcode() == RawFrame.TEXT) {
      return Optional.of(ReplyRules.check(frame.text()));
    }
    assertTrue(isForFlood(frame), "instead of a reply: " + frame);
    ended = true;
    return Optional.empty();
  }

  private boolean isForFlood(RawFrame frame) {
    return limited && frame.opcode() == RawFrame.CLOSE && frame.closeCode() == POLICY;
  }

  /**
   * Ends it in order, whatever else is still there to be read: the last request of a flood may be
   * answered before the connection is closed for it.
   */
  void closeNormally() {
    if (!ended) {
      client.send(RawFrame.close(1000, ""));
      Optional<RawFrame> frame = client.nextFrame(Await.DEADLINE);
      while (frame.isPresent() && frame.get().opcode() == RawFrame.TEXT) {
        ReplyRules.check(frame.get().text());
        frame = client.nextFrame(Await.DEADLINE);
      }
      assertTrue(
          frame.isPresent() && (frame.get().closeCode() == 1000 || isForFlood(frame.get())),
          "closed by " + frame);
    }
    close();
  }

  @Override
  public void close() {
    client.close();
  }
}
