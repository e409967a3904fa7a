package agentcore.poison;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.RawFrame;
import com.sun.management.UnixOperatingSystemMXBean;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are malformed, too long, too slow, or cut off. */
class PoisonedHandshakesTest extends PoisonedServer {
  private static final int MAX_HANDSHAKES = 20;
  private static final String REQUEST =
      """
      GET /ws/cut HTTP/1.1\r
      Host: localhost\r
      Upgrade: websocket\r
      Connection: Upgrade\r
      Sec-WebSocket-Version: 13\r
      Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
      \r
      """;

  PoisonedHandshakesTest() {
    super(
        Map.of(
            "RATE_LIMIT_MESSAGES",
            "0",
            "HANDSHAKE_TIMEOUT",
            "4",
            "MAX_HANDSHAKES",
            "" + MAX_HANDSHAKES));
  }

  private RawClient open() {
    return RawClient.open(server().port());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }

  private static long openFiles() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? unix.getOpenFileDescriptorCount()
        : 0;
  }

  private void assertAnswered(int status, String request) {
    try (RawClient client = open()) {
      client.sendBytes(bytes(request));
      String head = client.readHead();
      assertTrue(head.startsWith("HTTP/1.1 " + status + " "), head);
      assertTrue(head.contains("\r\nConnection: close"), head);
      client.readToEnd();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void requestCutOffAfterAnyByteLeavesNothingBehind(boolean reset) {
    byte[] request = bytes(REQUEST);
    long before = openFiles();
    for (int length = 0; length <= request.length; length++) {
      try (RawClient client = open()) {
        client.sendBytes(Arrays.copyOf(request, length));
        if (reset) {
          client.closeAbruptly();
        }
      }
      if (length % 50 == 0) {
        honest().ping();
      }
    }
    awaitAlone();
    Await.until("no file is left open", () -> openFiles() <= before + 5);
  }

  @Test
  void firstFrameMayArriveWithTheRequest() {
    for (int cut = 0; cut < 60; cut += 3) {
      byte[] request = bytes(REQUEST);
      byte[] frame = RawFrame.text("{\"type\":\"ping\",\"id\":\"early\"}").encode();
      byte[] both = Arrays.copyOf(request, request.length + frame.length);
      System.arraycopy(frame, 0, both, request.length, frame.length);
      int split = Math.min(both.length, request.length - 20 + cut);
      try (RawClient client = open()) {
        client.sendBytes(Arrays.copyOf(both, split));
        client.sendBytes(Arrays.copyOfRange(both, split, both.length));
        assertTrue(client.readHead().startsWith("HTTP/1.1 101 "));
        assertEquals("early", client.nextJson("pong").get("id").getAsString());
      }
    }
  }

  @Test
  void connectionCutAfterTheUpgradeLeavesNothingBehind() {
    for (int i = 0; i < 100; i++) {
      RawClient client = server().connect("cut" + i);
      if (i % 2 == 0) {
        client.closeAbruptly();
      } else {
        client.close();
      }
    }
    awaitAlone();
  }

  @ParameterizedTest
  @CsvSource({
    "400, GET /ws/alice",
    "426, GET /ws/alice HTTP/1.0",
    "400, GET /ws/alice HTTP/2.0",
    "400, GET ws/alice HTTP/1.1",
    "400, GET /ws/alice  HTTP/1.1",
    "400, \u0016\u0003\u0001\u0002\u0000",
    "404, GET /page HTTP/1.1",
    "404, GET /ws HTTP/1.1",
    "404, GET /ws/a/b HTTP/1.1",
    "404, GET /WS/alice HTTP/1.1",
    "404, GET /../ws/alice HTTP/1.1",
    "405, POST /ws/alice HTTP/1.1",
    "405, OPTIONS /ws/alice HTTP/1.1",
    "405, get /ws/alice HTTP/1.1",
    "426, GET /ws/alice HTTP/1.1"
  })
  void badRequestLineIsAnsweredWithAStatus(int status, String line) {
    assertAnswered(status, line + "\r\nHost: x\r\nConnection: close\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "%", "%2F", "a%2Fb", "%ff", "%00", "%20"})
  void invalidUserIdIsAnsweredWith400(String user) {
    assertAnswered(400, REQUEST.replace("/ws/cut", "/ws/" + user));
  }

  @ParameterizedTest
  @CsvSource({
    "426, Upgrade: websocket, Upgrade: h2c",
    "426, Connection: Upgrade, Connection: close",
    "426, Sec-WebSocket-Version: 13, Sec-WebSocket-Version: 12",
    "400, Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==, Sec-WebSocket-Key: short",
    "400, Host: localhost, Toast: localhost",
    "400, Host: localhost, Host : localhost",
    "400, Host: localhost, Ho\u0000st: localhost"
  })
  void badHeaderIsAnsweredWithAStatus(int status, String right, String wrong) {
    assertAnswered(status, REQUEST.replace(right, wrong));
  }

  @Test
  void refusedUpgradeNamesTheProtocolAndVersion() {
    try (RawClient client = open()) {
      client.sendBytes(bytes("GET /ws/alice HTTP/1.1\r\nHost: x\r\n\r\n"));
      String head = client.readHead();
      assertTrue(head.contains("\r\nUpgrade: websocket"), head);
      assertTrue(head.contains("\r\nSec-WebSocket-Version: 13"), head);
    }
  }

  @Test
  void endlessHeadIsAnsweredWhileTheClientKeepsSending() {
    for (String piece : List.of("x", "GET / HTTP/1.1\r\n", "X: y\r\n", "\r\n ")) {
      try (RawClient client = open()) {
        client.sendBytes(bytes(piece.repeat(100_000 / piece.length())));
        assertTrue(client.readHead().startsWith("HTTP/1.1 431 "));
        client.readToEnd();
      }
    }
  }

  @Test
  void clientThatKeepsSendingAfterARefusalIsCut() {
    try (RawClient client = open()) {
      client.sendBytes(bytes("nonsense\r\n\r\n"));
      client.readHead();
      client.readToEnd();
      Await.until("cut", () -> isCut(client));
    }
  }

  private static boolean isCut(RawClient client) {
    try {
      client.sendBytes(new byte[] {'x'});
      LockSupport.parkNanos(10_000_000);
      return false;
    } catch (UncheckedIOException cut) {
      return true;
    }
  }

  @Test
  void tricklingClientsDoNotKeepAnHonestClientOut() {
    List<RawClient> tricklers = new ArrayList<>();
    for (int i = 0; i < 2 * MAX_HANDSHAKES; i++) {
      RawClient trickler = open();
      trickler.sendBytes(bytes("GET /"));
      tricklers.add(trickler);
    }
    try (RawClient alice = welcomed("alice")) {
      alice.send("{\"type\":\"ping\"}");
      alice.nextJson("pong");
    }
    tricklers.forEach(RawClient::close);
  }

  @Test
  void tricklingHeadTimesOut() {
    long start = System.nanoTime();
    try (RawClient trickler = open()) {
      trickler.sendBytes(bytes("GET / HTTP/1.1\r\nX: "));
      Thread sender =
          Thread.ofVirtual()
              .start(
                  () -> {
                    while (!isCut(trickler)) {
                      LockSupport.parkNanos(20_000_000);
                    }
                  });
      assertTrue(trickler.readHead().startsWith("HTTP/1.1 408 "));
      assertTrue(System.nanoTime() - start >= 3_900_000_000L, "not before the timeout");
      trickler.closeAbruptly();
      Await.until("the sender has ended", () -> !sender.isAlive());
    }
  }
}
