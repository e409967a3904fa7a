package agentcore.core.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.http.HttpRequest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestParseTest {
  private static HttpRequest parse(String head) throws HttpException {
    return RequestReader.parse(head.getBytes(ISO_8859_1));
  }

  private static HttpRequest withHeaders(String... lines) throws HttpException {
    return parse("GET / HTTP/1.1\r\n" + String.join("\r\n", lines) + "\r\n\r\n");
  }

  private static void assertMalformed(String head) {
    HttpException refusal = assertThrows(HttpException.class, () -> parse(head), head);
    assertEquals(400, refusal.response().status());
  }

  @Test
  void parsesMethodTargetAndHeaders() throws HttpException {
    String target = "/ws/al%20ice?epoch=e&since=1?x";
    String headers = "Host: example.com\r\nX-Empty:\r\nUPGRADE:  websocket \t\r\n";
    HttpRequest request = parse("GET " + target + " HTTP/1.1\r\n" + headers + "\r\n");
    assertEquals("GET", request.method());
    assertEquals("/ws/al%20ice", request.path());
    assertEquals("epoch=e&since=1?x", request.query());
    assertEquals(
        Map.of("host", "example.com", "x-empty", "", "upgrade", "websocket"), request.headers());
    assertEquals(Optional.of("websocket"), request.header("upgrade"));
    assertEquals(Optional.empty(), request.header("connection"));
  }

  @Test
  void missingQueryIsEmpty() throws HttpException {
    assertEquals("", parse("GET /? HTTP/1.1\r\nHost: x\r\n\r\n").query());
    assertEquals("", parse("GET / HTTP/1.1\r\nHost: x\r\n\r\n").query());
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "POST", "M-SEARCH", "get", "!#$%&'*+.^_`|~"})
  void methodIsAnyToken(String method) throws HttpException {
    assertEquals(method, parse(method + " / HTTP/1.1\r\nHost: x\r\n\r\n").method());
  }

  static List<String> malformedRequestLines() {
    return List.of(
        "",
        " ",
        "GET",
        "GET /",
        "GET / ",
        "GET /  HTTP/1.1",
        "GET  / HTTP/1.1",
        " GET / HTTP/1.1",
        "GET / HTTP/1.1 ",
        "GET\t/\tHTTP/1.1",
        "GET /a b HTTP/1.1",
        "GET / HTTP/1",
        "GET / HTTP/1.1.1",
        "GET / HTTP/2.0",
        "GET / HTTP/0.9",
        "GET / HTTP/1.2",
        "GET / http/1.1",
        "GET / HTTPS/1.1",
        "G(T / HTTP/1.1",
        "GÄT / HTTP/1.1",
        "GET ws/alice HTTP/1.1",
        "GET ?x HTTP/1.1",
        "GET * HTTP/1.1",
        "OPTIONS * HTTP/1.1",
        "OPTIONS * HTTP/1.0",
        "CONNECT x:80 HTTP/1.1",
        "GET http:/x/ HTTP/1.1",
        "GET http:///x HTTP/1.1",
        "GET http:// HTTP/1.1",
        "GET http://user@x/ HTTP/1.1",
        "GET http://x:y/ HTTP/1.1",
        "GET http://x:123456/ HTTP/1.1",
        "GET http://x\\@y/ HTTP/1.1",
        "GET http://x#/ HTTP/1.1",
        "GET http://a,b/ HTTP/1.1",
        "GET http://[x]/ HTTP/1.1",
        "GET ftp://x/ HTTP/1.1",
        "GET ws://x/ HTTP/1.1",
        "GET //x/ HTTP/1.2",
        "GET \u0000 HTTP/1.1",
        "\u0016\u0003\u0001\u0002\u0000\u0001",
        "/ HTTP/1.1");
  }

  @ParameterizedTest
  @MethodSource("malformedRequestLines")
  void malformedRequestLineIsRefused(String line) {
    assertMalformed(line + "\r\nHost: x\r\n\r\n");
  }

  @Test
  void http10NeedsNoHost() throws HttpException {
    HttpRequest request = parse("GET /health/ready?a HTTP/1.0\r\n\r\n");
    assertEquals("/health/ready", request.path());
    assertEquals("a", request.query());
    assertEquals(Map.of("connection", "close"), request.headers());
    assertEquals("/", parse("HEAD / HTTP/1.0\r\nHost: x\r\n\r\n").path());
    assertMalformed("GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n");
  }

  @Test
  void http10CannotUpgrade() throws HttpException {
    HttpRequest request =
        parse("GET / HTTP/1.0\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
    assertFalse(request.hasToken("upgrade", "websocket"));
  }

  @ParameterizedTest
  @CsvSource({
    "http://x/health/ready,        x,           /health/ready, ''",
    "HTTP://X:80/a/b?c=/d,         X:80,        /a/b,          c=/d",
    "https://example.com,          example.com, /,             ''",
    "https://example.com?q,        example.com, /,             q",
    "http://[::1]:8000/,           [::1]:8000,  /,             ''",
    "http://a_b/%20//,             a_b,         /%20//,        ''",
    "http://x//y,                  x,           //y,           ''"
  })
  void targetMayBeAbsolute(String target, String host, String path, String query)
      throws HttpException {
    HttpRequest request = parse("GET " + target + " HTTP/1.1\r\nHost: other\r\n\r\n");
    assertEquals(path, request.path());
    assertEquals(query, request.query());
    assertEquals(Optional.of(host), request.header("host"), "the target's host counts");
    assertEquals(Optional.of(host), parse("GET " + target + " HTTP/1.0\r\n\r\n").header("host"));
    assertMalformed("GET " + target + " HTTP/1.1\r\n\r\n");
  }

  @Test
  void requestWithTwoDifferentHostsCannotUpgrade() throws HttpException {
    String rest = " HTTP/1.1\r\nUpgrade: websocket\r\nHost: ";
    assertTrue(
        parse("GET http://Own:80/" + rest + "own:80\r\n\r\n").hasToken("upgrade", "websocket"));
    assertFalse(parse("GET http://own/" + rest + "evil\r\n\r\n").hasToken("upgrade", "websocket"));
    assertFalse(parse("GET http://evil/" + rest + "own\r\n\r\n").hasToken("upgrade", "websocket"));
  }

  @Test
  void emptyHeadIsRefused() {
    assertMalformed("\r\n\r\n");
  }

  static List<String> malformedHeaders() {
    return List.of(
        "no colon",
        ": no name",
        " Leading: space",
        "Space : before the colon",
        "Na me: x",
        "Nä: x",
        "Na(me): x",
        "Control: a\u0001b",
        "Nul: a\u0000b",
        "Del: a\u007fb",
        "Form-Feed: a\fb",
        "Folded: a\r\n b",
        "Folded: a\r\n\tb");
  }

  @ParameterizedTest
  @MethodSource("malformedHeaders")
  void malformedHeaderIsRefused(String line) {
    assertMalformed("GET / HTTP/1.1\r\nHost: x\r\n" + line + "\r\n\r\n");
  }

  @Test
  void exactlyOneHostIsRequired() {
    assertMalformed("GET / HTTP/1.1\r\n\r\n");
    assertMalformed("GET / HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n");
  }

  @Test
  void repeatedKeyIsRefused() {
    assertMalformed(
        "GET / HTTP/1.1\r\nHost: a\r\nSec-WebSocket-Key: a\r\nsec-websocket-key: a\r\n\r\n");
  }

  @Test
  void loneCarriageReturnDoesNotEndALine() {
    assertMalformed("GET / HTTP/1.1\r\nHost: a\rUpgrade: websocket\r\n\r\n");
    assertMalformed("GET / HTTP/1.1\rHost: a\r\n\r\n");
    assertMalformed("GET / HTTP/1.1\r\nHost: a\r\n\rUpgrade: websocket\r\n\r\n");
  }

  @Test
  void repeatedHeadersAreJoined() throws HttpException {
    HttpRequest request =
        withHeaders("Host: x", "Connection: keep-alive", "X: 1", "CONNECTION: Upgrade,x");
    assertEquals(Optional.of("keep-alive, Upgrade,x"), request.header("connection"));
    assertTrue(request.hasToken("connection", "upgrade"));
  }

  @Test
  void headerValueMayContainNonAscii() throws HttpException {
    assertEquals(Optional.of("\u00e4\tb c"), withHeaders("Host: x", "X: \u00e4\tb c").header("x"));
  }
}
