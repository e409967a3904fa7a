package agentcore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import agentcore.core.AgentCore;
import agentcore.testkit.RawClient;
import com.google.gson.JsonObject;
import java.io.UncheckedIOException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class EchoServerTest {
  @Test
  void echoesAndKnowsNoChatRequests() throws Exception {
    try (AgentCore server = EchoServer.start("0");
        RawClient alice = RawClient.connect(server.port(), "/ws/alice")) {
      alice.send("{\"type\":\"echo\",\"id\":\"1\",\"data\":{\"text\":\"hello\"}}");
      JsonObject echo = alice.nextJson();
      assertEquals("echo", echo.get("type").getAsString());
      assertEquals("hello", echo.get("text").getAsString());
      assertEquals("1", echo.get("id").getAsString());
      alice.send("{\"type\":\"ping\"}");
      assertEquals("UNKNOWN_MESSAGE_TYPE", alice.nextJson().get("error_code").getAsString());
      assertEquals(1000, alice.closeNormally().code());
    }
  }

  @Test
  void joinReturnsWhenServerIsClosed() throws Exception {
    AgentCore server = EchoServer.start("0");
    int port = server.port();
    CountDownLatch ended = new CountDownLatch(1);
    Thread waiter =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    server.join();
                    ended.countDown();
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    try (RawClient alice = RawClient.connect(port, "/ws/alice")) {
      assertEquals(1, ended.getCount());
      Thread closer = Thread.ofVirtual().start(server::close);
      assertEquals(1001, alice.expectClose().code());
      closer.join();
    }
    waiter.join();
    assertEquals(0, ended.getCount());
    server.close();
    assertThrows(UncheckedIOException.class, () -> RawClient.open(port).close());
  }
}
