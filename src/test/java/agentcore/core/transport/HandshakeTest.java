package agentcore.core.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import agentcore.core.http.HttpRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HandshakeTest {
  private static final String[] GOOD = {
    "Host: x",
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
  };

  private static HttpRequest request(String... headers) throws HttpException {
    String head = "GET /ws/alice HTTP/1.1\r\n" + String.join("\r\n", headers) + "\r\n\r\n";
    return RequestReader.parse(head.getBytes(ISO_8859_1));
  }

  /** Returns the headers of a good request, with one line replaced. */
  private static String[] goodBut(String name, String line) {
    return Arrays.stream(GOOD)
        .map(good -> good.startsWith(name + ":") ? line : good)
        .filter(each -> !each.isEmpty())
        .toArray(String[]::new);
  }

  private static void assertRefused(int status, String... headers) throws HttpException {
    HttpRequest request = request(headers);
    HttpException refusal = assertThrows(HttpException.class, () -> Handshake.check(request));
    assertEquals(status, refusal.response().status());
  }

  private static String user(String encoded) throws HttpException {
    return Handshake.user(new HttpRequest("GET", "/ws/" + encoded, "", Map.of()), "/ws/");
  }

  private static void assertNoUser(String encoded) {
    HttpException refusal = assertThrows(HttpException.class, () -> user(encoded), encoded);
    assertEquals(400, refusal.response().status());
  }

  private static String encoded(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    StringBuilder all = new StringBuilder();
    for (byte b : bytes) {
      all.append(String.format("%%%02x", b & 0xff));
    }
    return all.toString();
  }

  @Test
  void validRequestPasses() throws HttpException {
    HttpRequest good = request(GOOD);
    assertDoesNotThrow(() -> Handshake.check(good));
    HttpRequest browser = request(goodBut("Connection", "Connection: keep-alive, upgrade"));
    assertDoesNotThrow(() -> Handshake.check(browser));
    HttpRequest shouting = request(goodBut("Upgrade", "Upgrade: WEBSOCKET"));
    assertDoesNotThrow(() -> Handshake.check(shouting));
  }

  @ParameterizedTest
  @CsvSource({
    "Upgrade, ''",
    "Upgrade, 'Upgrade: h2c'",
    "Upgrade, 'Upgrade: websocketx'",
    "Connection, ''",
    "Connection, 'Connection: close'",
    "Sec-WebSocket-Version, ''",
    "Sec-WebSocket-Version, 'Sec-WebSocket-Version: 8'",
    "Sec-WebSocket-Version, 'Sec-WebSocket-Version: 13, 8'"
  })
  void requestThatIsNotAnUpgradeIsRefusedWith426(String name, String line) throws HttpException {
    assertRefused(426, goodBut(name, line));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Sec-WebSocket-Key: ",
        "Sec-WebSocket-Key: abc",
        "Sec-WebSocket-Key: not base64!",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQAA"
      })
  void keyThatIsNot16BytesOfBase64IsRefused(String line) throws HttpException {
    assertRefused(400, goodBut("Sec-WebSocket-Key", line));
  }

  @ParameterizedTest
  @CsvSource({
    "alice,                 alice",
    "al%20ice,              al ice",
    "%61%6c%69%63%65,       alice",
    "%C3%A4%e2%82%ac,       ä€",
    "%F0%9F%98%80,          😀",
    "a+b,                   a+b",
    "%20alice%20,           alice",
    "%E3%80%80alice,        alice",
    "%25,                   %",
    "a%3Fb%23c,             a?b#c",
    "..,                    ..",
    "%5C,                   \\",
    "{user}:*,              {user}:*"
  })
  void userIdIsPercentDecodedAndTrimmed(String encoded, String expected) throws HttpException {
    assertEquals(expected, user(encoded));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "%20",
        "%E3%80%80",
        "%",
        "a%",
        "a%4",
        "a%4g",
        "a%g4",
        "a%-1",
        "a%+1",
        "%2F",
        "a%2fb",
        "%00",
        "a%0Ab",
        "a%1Fb",
        "%7F",
        "%C2%85x%C2%80y",
        "%ff",
        "%C3",
        "%C3%28",
        "%E2%82",
        "%C0%80",
        "%C1%81",
        "%E0%80%AF",
        "%ED%A0%80",
        "%ED%A0%BD%ED%B8%80",
        "%F4%90%80%80",
        "%F8%88%80%80%80",
        "\u00e4"
      })
  void invalidUserIdIsRefused(String encoded) {
    assertNoUser(encoded);
  }

  @Test
  void userIdHasAtMost64CodePoints() throws HttpException {
    for (String one : new String[] {"a", "ä", "😀"}) {
      String max = one.repeat(64);
      assertEquals(max, user(encoded(max)));
      assertNoUser(encoded(max + one));
    }
    String trimmed = "  " + "a".repeat(64) + "  ";
    assertEquals("a".repeat(64), user(encoded(trimmed)));
  }

  @Test
  void userIdMayContainAnyCharacterBeyondAscii() throws HttpException {
    String text = "\u00e9\u4e2d\ud83d\ude00\u0627\u200b";
    assertEquals(text, user(encoded(text)));
  }

  @Test
  void userIdFollowsThePrefixOfItsEndpoint() throws HttpException {
    HttpRequest request = new HttpRequest("GET", "/a/b/alice", "", Map.of());
    assertEquals("alice", Handshake.user(request, "/a/b/"));
    assertEquals("a", Handshake.user(new HttpRequest("GET", "/a", "", Map.of()), "/"));
  }

  @Test
  void tokensAreFoundInHeaderSubprotocolsAndQuery() throws HttpException {
    Map<String, String> headers =
        Map.of(
            "authorization", "Bearer h", "sec-websocket-protocol", "agentcore, bearer.s,bearer.");
    HttpRequest request = new HttpRequest("GET", "/", "token=q%2E&since=1", headers);
    assertEquals(List.of("h", "s", "q."), Handshake.tokens(request));
    assertEquals(Map.of("since", "1"), Handshake.parameters(request));
  }

  @Test
  void warmUpSucceeds() {
    assertDoesNotThrow(Handshake::warmUp);
  }
}
