package agentcore.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.core.Config;
import agentcore.core.backend.redis.RedisBackend;
import agentcore.testkit.RawClient;
import agentcore.testkit.RawFrame;
import agentcore.testkit.RedisProcess;
import agentcore.testkit.RedisStore;
import agentcore.testkit.TestServer;
import com.google.gson.JsonObject;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Requests that arrive in one read are sent to the store together. */
class SentAtOnceTest {
  private final RedisProcess redis = RedisProcess.start();
  private TestServer server;
  private RawClient alice;

  @BeforeEach
  void connect() {
    Config config = TestServer.config(Map.of("RATE_LIMIT_MESSAGES", "0", "MAX_TEXT_LENGTH", "20"));
    server =
        TestServer.start(
            config,
            new RedisBackend(RedisStore.url(redis.port()), "test:", config.backendLimits()),
            TestServer.chat(config));
    alice = server.connect("alice");
    alice.nextJson("welcome");
  }

  @AfterEach
  void end() {
    alice.close();
    server.close();
    redis.close();
  }

  private static String chat(String id, String text) {
    return "{\"type\":\"chat_message\",\"data\":{\"room\":\"lobby\",\"text\":\""
        + text
        + "\"},\"id\":\""
        + id
        + "\"}";
  }

  private void sendAtOnce(List<RawFrame> frames) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    frames.forEach(frame -> bytes.writeBytes(frame.encode()));
    alice.sendBytes(bytes.toByteArray());
  }

  private static List<RawFrame> texts(String... texts) {
    return List.of(texts).stream().map(RawFrame::text).toList();
  }

  /** Returns the id and kind of each of the next replies, in order. */
  private List<String> replies(int count) {
    List<String> replies = new ArrayList<>();
    while (replies.size() < count) {
      JsonObject event = alice.nextJson();
      if (event.has("id")) {
        String what = event.has("error_code") ? "error_code" : "type";
        replies.add(event.get("id").getAsString() + " " + event.get(what).getAsString());
      }
    }
    return replies;
  }

  @Test
  void repliesHaveTheOrderOfTheRequests() {
    sendAtOnce(
        texts(
            chat("1", "first"),
            chat("2", "second"),
            chat("1", "another"),
            chat("3", "much too long for the limit"),
            "{\"type\":\"nonsense\",\"id\":\"4\"}",
            chat("5", "third"),
            "{\"type\":\"ping\",\"id\":\"6\"}",
            chat("7", "fourth"),
            "{\"type\":\"leave_room\",\"data\":{\"room\":\"lobby\"},\"id\":\"8\"}",
            chat("9", "not there")));
    assertEquals(
        List.of(
            "1 ack",
            "2 ack",
            "1 VALIDATION_FAILED",
            "3 VALIDATION_FAILED",
            "4 UNKNOWN_MESSAGE_TYPE",
            "5 ack",
            "6 pong",
            "7 ack",
            "8 room_left",
            "9 NOT_IN_ROOM"),
        replies(10));
  }

  @Test
  void requestsBeforeACloseFrameAreAnsweredBeforeIt() {
    List<RawFrame> frames = new ArrayList<>(texts(chat("1", "first"), chat("2", "second")));
    frames.add(RawFrame.close(1000, ""));
    sendAtOnce(frames);
    assertEquals(List.of("1 ack", "2 ack"), replies(2));
    assertEquals(1000, alice.awaitClose().code());
  }

  @Test
  void requestsBeforeAnInvalidFrameAreAnsweredBeforeTheEnd() {
    List<RawFrame> frames = new ArrayList<>(texts(chat("1", "first"), chat("2", "second")));
    frames.add(RawFrame.text("{}").unmasked());
    sendAtOnce(frames);
    assertEquals(List.of("1 ack", "2 ack"), replies(2));
    assertEquals(1002, alice.awaitClose().code());
  }

  @Test
  void manyMessagesAreAppendedInOrder() {
    List<RawFrame> frames = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      frames.add(RawFrame.text(chat("m" + i, "text " + i)));
      expected.add("text " + i);
    }
    sendAtOnce(frames);
    List<String> heard = new ArrayList<>();
    while (heard.size() < expected.size()) {
      heard.add(alice.nextJson("chat_message").get("text").getAsString());
    }
    assertEquals(expected, heard);
  }

  @Test
  void unreachableStoreRefusesAllRequestsInOrder() {
    redis.pause();
    sendAtOnce(texts(chat("1", "first"), chat("2", "second"), chat("3", "third")));
    List<String> away =
        List.of("1 BACKEND_UNAVAILABLE", "2 BACKEND_UNAVAILABLE", "3 BACKEND_UNAVAILABLE");
    assertEquals(away, replies(3));
    redis.resume();
  }
}
