package agentcore.exercises;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import agentcore.core.consumer.Consumer;
import agentcore.testkit.RawClient;
import agentcore.testkit.TestServer;
import com.google.gson.JsonObject;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a solution of the first exercise, an echo, must do. */
abstract class EchoContract {
  private TestServer server;
  private RawClient alice;

  /** Returns the consumer under test. */
  abstract Consumer consumer();

  @BeforeEach
  void connect() {
    server = TestServer.start(Map.of(), consumer());
    alice = server.connect("alice");
  }

  @AfterEach
  void close() {
    alice.close();
    server.close();
  }

  private JsonObject answer(String request) {
    alice.nextJson("hello");
    alice.send(request);
    return alice.nextJson();
  }

  private void assertRefused(String code, String request) {
    JsonObject error = answer(request);
    assertEquals("error", error.get("type").getAsString());
    assertEquals(code, error.get("error_code").getAsString());
    assertEquals("7", error.get("id").getAsString());
  }

  @Test
  void newConnectionIsGreetedByName() {
    JsonObject hello = alice.nextJson();
    assertEquals("hello", hello.get("type").getAsString());
    assertEquals("alice", hello.get("username").getAsString());
  }

  @Test
  void echoRepeatsTheTextAndTheId() {
    JsonObject echo = answer("{\"type\":\"echo\",\"data\":{\"text\":\" Grüße \"},\"id\":\"7\"}");
    assertEquals("echo", echo.get("type").getAsString());
    assertEquals(" Grüße ", echo.get("text").getAsString());
    assertEquals("7", echo.get("id").getAsString());
  }

  @Test
  void requestWithoutIdIsAnsweredWithoutOne() {
    assertFalse(answer("{\"type\":\"echo\",\"data\":{\"text\":\"hi\"}}").has("id"));
  }

  @Test
  void missingOrInvalidTextIsRefusedAndTheConnectionStaysOpen() {
    assertRefused("VALIDATION_FAILED", "{\"type\":\"echo\",\"id\":\"7\"}");
    alice.send("{\"type\":\"echo\",\"data\":{\"text\":8},\"id\":\"8\"}");
    assertEquals("INVALID_MESSAGE_FORMAT", alice.nextJson().get("error_code").getAsString());
    alice.send("{\"type\":\"echo\",\"data\":{\"text\":\"still here\"}}");
    assertEquals("still here", alice.nextJson("echo").get("text").getAsString());
  }

  @Test
  void otherTypesAreUnknown() {
    assertRefused("UNKNOWN_MESSAGE_TYPE", "{\"type\":\"join_room\",\"id\":\"7\"}");
  }
}
