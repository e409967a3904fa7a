package agentcore.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RawClientTest {
  @Test
  void greetsTalksAndCloses() {
    try (TestServer server = TestServer.start();
        RawClient alice = server.connect("alice")) {
      assertEquals("welcome", alice.nextJson().get("type").getAsString());
      alice.sendFragments("{\"type\":", "\"ping\",", "\"id\":\"1\"}");
      JsonObject pong = alice.nextJson();
      assertEquals("pong", pong.get("type").getAsString());
      assertEquals("1", pong.get("id").getAsString());
      alice.expectSilence();
      assertEquals(1000, alice.closeNormally().code());
    }
  }

  @Test
  void acceptsFrameSentWithUpgradeAndByteByByte() {
    try (TestServer server = TestServer.start();
        RawClient alice = RawClient.open(server.port())) {
      alice.sendUpgrade("/ws/alice", RawFrame.text("{\"type\":\"ping\",\"id\":\"1\"}"));
      assertTrue(alice.readHead().startsWith("HTTP/1.1 101 "));
      alice.nextJson("welcome");
      assertEquals("1", alice.nextJson().get("id").getAsString());
      for (byte each : RawFrame.text("{\"type\":\"ping\",\"id\":\"2\"}").encode()) {
        alice.sendBytes(new byte[] {each});
      }
      assertEquals("2", alice.nextJson().get("id").getAsString());
    }
  }

  @Test
  void expectSilenceFailsOnPendingText() {
    try (TestServer server = TestServer.start();
        RawClient alice = server.connect("alice")) {
      assertThrows(AssertionError.class, alice::expectSilence, "the welcome is there");
      assertThrows(AssertionError.class, () -> alice.nextText(Duration.ofMillis(1)));
    }
  }

  @Test
  void unmaskedFrameIsProtocolError() {
    try (TestServer server = TestServer.start();
        RawClient alice = server.connect("alice")) {
      alice.nextJson("welcome");
      alice.send(RawFrame.text("{}").unmasked());
      assertEquals(1002, alice.expectClose().code());
    }
  }

  @Test
  void lostConnectionLeavesItsRooms() {
    try (TestServer server = TestServer.start();
        RawClient alice = server.connect("alice")) {
      alice.nextJson("welcome");
      RawClient bob = server.connect("bob");
      bob.nextJson("welcome");
      alice.nextJson("user_joined_room");
      bob.closeAbruptly();
      assertEquals("bob", alice.nextJson("user_left").get("username").getAsString());
      Await.until("one connection", () -> server.manager().registry().size() == 1);
    }
  }

  @Test
  void canLeavePingsUnanswered() {
    Map<String, String> settings =
        Map.of("WS_HEARTBEAT_INTERVAL", "0.05", "WS_HEARTBEAT_TIMEOUT", "0.3");
    try (TestServer server = TestServer.start(settings);
        RawClient alice = server.connect("alice").answerPings(false)) {
      alice.nextJson("welcome");
      assertEquals(4410, alice.awaitClose().code());
    }
  }

  @Test
  void serversOnOneStoreActAsOne() {
    try (TestServers servers = TestServers.start(2, Map.of(), SharedStore::memory);
        RawClient alice = servers.get(0).connect("alice")) {
      alice.nextJson("welcome");
      try (RawClient bob = servers.get(1).connect("bob smith")) {
        bob.nextJson("welcome");
        assertEquals("bob smith", alice.nextJson("user_joined_room").get("username").getAsString());
      }
    }
  }

  @Test
  void decodesLargeFrame() {
    RawFrame large = RawFrame.text("x".repeat(70_000));
    RawFrame read = RawFrame.decode(ByteBuffer.wrap(large.encode())).orElseThrow();
    assertEquals(large.text(), read.text());
    assertTrue(read.fin());
    assertFalse(read.unmasked().masked());
  }
}
