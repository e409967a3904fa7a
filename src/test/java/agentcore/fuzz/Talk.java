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

/** A connection that sends many texts at once and checks all replies. */
final class Talk implements AutoCloseable {
  private static final int POLICY = 1008;

  private final RawClient client;
  private final boolean limited;
  private final String channel;
  private int fences;
  private boolean ended;

  /**
   * Connects. With a rate limit, requests may be refused and the connection may be closed for
   * flooding.
   */
  Talk(int port, String user, boolean limited) {
    this.client = RawClient.connect(port, RawClient.path(user));
    this.limited = limited;
    this.channel = ReplyRules.check(client.nextText()).get("user_id").getAsString();
  }

  String channel() {
    return channel;
  }

  /**
   * Returns whether the server closed it, which is only permitted for flooding under a rate limit.
   */
  boolean hasEnded() {
    return ended;
  }

  /** Sends these texts and a final request; returns the frames received before its reply. */
  List<JsonObject> exchange(List<String> texts) {
    String fence = "fence-" + ++fences;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    texts.forEach(text -> bytes.writeBytes(RawFrame.text(text).encode()));
    bytes.writeBytes(RawFrame.text(fenceRequest(fence)).encode());
    client.sendBytes(bytes.toByteArray());
    List<JsonObject> received = new ArrayList<>();
    Optional<JsonObject> frame = next();
    while (frame.isPresent() && !isReplyTo(fence, frame.get())) {
      received.add(frame.get());
      frame = next();
    }
    return received;
  }

  /** Pings may be dropped under a rate limit; other requests are always answered. */
  private String fenceRequest(String id) {
    return limited
        ? "{\"type\":\"get_user_status\",\"data\":{\"target_user_id\":\"x\"},\"id\":\"" + id + "\"}"
        : "{\"type\":\"ping\",\"id\":\"" + id + "\"}";
  }

  private static boolean isReplyTo(String id, JsonObject frame) {
    return frame.has("id") && frame.get("id").getAsString().equals(id);
  }

  private Optional<JsonObject> next() {
    RawFrame frame =
        client
            .nextFrame(Await.DEADLINE)
            .orElseThrow(() -> new AssertionError("the connection was cut"));
    if (frame.opcode() == RawFrame.TEXT) {
      return Optional.of(ReplyRules.check(frame.text()));
    }
    assertTrue(isFloodClose(frame), "instead of a reply: " + frame);
    ended = true;
    return Optional.empty();
  }

  private boolean isFloodClose(RawFrame frame) {
    return limited && frame.opcode() == RawFrame.CLOSE && frame.closeCode() == POLICY;
  }

  /**
   * Closes it normally and skips unread frames; the server may answer the last request of a flood
   * before it closes the connection.
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
          frame.isPresent() && (frame.get().closeCode() == 1000 || isFloodClose(frame.get())),
          "closed by " + frame);
    }
    close();
  }

  @Override
  public void close() {
    client.close();
  }
}
