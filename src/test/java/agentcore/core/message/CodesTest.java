package agentcore.core.message;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.consumer.Consumer;
import agentcore.core.consumer.Handler;
import agentcore.testkit.RawClient;
import agentcore.testkit.TestServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Error codes and close codes are open sets: a consumer adds its own. */
class CodesTest {
  private static final ErrorCode LISTED = new ErrorCode("NO_TEA_LEFT", true);
  private static final ErrorCode UNLISTED = new ErrorCode("NO_CUPS_LEFT", false);
  private static final CloseCode CLOSED = new CloseCode(4700, "the tea room closes");
  private static final CloseCode UNLISTED_CLOSE = new CloseCode(4701, "fire");

  private static final class TeaRoom implements Consumer {
    @Override
    public Map<String, Handler> handlers() {
      return Map.of(
          "tea",
          refuse(LISTED),
          "cup",
          refuse(UNLISTED),
          "close",
          (session, message) -> session.close(CLOSED),
          "fire",
          (session, message) -> session.close(UNLISTED_CLOSE),
          "abnormal",
          (session, message) -> session.close(CloseCode.ABNORMAL),
          "reserved",
          (session, message) -> session.close(new CloseCode(1005, "")));
    }

    private static Handler refuse(ErrorCode code) {
      return (session, message) -> {
        throw new ClientException(code, "Sorry");
      };
    }

    @Override
    public List<ErrorCode> errorCodes() {
      return List.of(LISTED);
    }

    @Override
    public List<CloseCode> closeCodes() {
      return List.of(CLOSED);
    }
  }

  @Test
  void consumerAddsCodesAndMetricsNameThoseThatItLists() {
    try (TestServer server = TestServer.start(Map.of(), new TeaRoom())) {
      try (RawClient alice = server.connect("alice");
          RawClient bob = server.connect("bob")) {
        alice.send("{\"type\":\"tea\"}");
        assertEquals("NO_TEA_LEFT", alice.nextJson().get("error_code").getAsString());
        alice.send("{\"type\":\"cup\"}");
        assertEquals("NO_CUPS_LEFT", alice.nextJson().get("error_code").getAsString());
        alice.send("{\"type\":\"close\"}");
        assertEquals(4700, alice.expectClose().code());
        bob.send("{\"type\":\"fire\"}");
        assertEquals(4701, bob.expectClose().code());
      }
      try (RawClient reader = RawClient.open(server.port())) {
        reader.sendBytes(
            "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".getBytes(US_ASCII));
        String metrics = reader.readToEnd();
        assertTrue(metrics.contains("errors_total{error_code=\"NO_TEA_LEFT\"} 1\n"), metrics);
        assertTrue(metrics.contains("errors_total{error_code=\"other\"} 1\n"), metrics);
        assertTrue(metrics.contains("closes_total{code=\"4700\"} "), metrics);
        assertTrue(!metrics.contains("4701") && !metrics.contains("CUPS"), metrics);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"abnormal", "reserved"})
  void consumerCannotSendACodeThatMustNotBeSent(String type) {
    try (TestServer server = TestServer.start(Map.of(), new TeaRoom());
        RawClient alice = server.connect("alice")) {
      alice.send("{\"type\":\"" + type + "\"}");
      assertEquals("INTERNAL_ERROR", alice.nextJson().get("error_code").getAsString());
      alice.send("{\"type\":\"close\"}");
      assertEquals(4700, alice.expectClose().code());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 999, 5000, 65536})
  void closeCodeOutsideTheRangeOfRfc6455IsRejected(int number) {
    assertThrows(IllegalArgumentException.class, () -> new CloseCode(number, ""));
  }

  @Test
  void closeReasonMustFitIntoAControlFrame() {
    assertEquals(123, new CloseCode(4000, "x".repeat(123)).reason().length());
    assertThrows(IllegalArgumentException.class, () -> new CloseCode(4000, "x".repeat(124)));
    assertThrows(IllegalArgumentException.class, () -> new CloseCode(4000, "ü".repeat(62)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "lower", "1ST", "A B", "A\"B", "A\n"})
  void errorCodeMustBeANameInCapitals(String name) {
    assertThrows(IllegalArgumentException.class, () -> new ErrorCode(name, false));
  }
}
