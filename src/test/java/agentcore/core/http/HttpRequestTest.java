package agentcore.core.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpRequestTest {
  private static HttpRequest withHeader(String name, String value) {
    return new HttpRequest("GET", "/", "", Map.of(name, value));
  }

  private static HttpRequest withPath(String path) {
    return new HttpRequest("GET", path, "", Map.of());
  }

  @Test
  void listHeaderContainsItsTokensInAnyCase() {
    HttpRequest request = withHeader("connection", "keep-alive , UPGRADE,,x-y");
    assertTrue(request.hasToken("connection", "upgrade"));
    assertTrue(request.hasToken("connection", "Keep-Alive"));
    assertTrue(request.hasToken("connection", "x-y"));
    assertFalse(request.hasToken("connection", "x"));
    assertFalse(request.hasToken("connection", "alive"));
    assertFalse(request.hasToken("upgrade", "websocket"));
    assertEquals(List.of("keep-alive", "UPGRADE", "x-y"), request.elements("connection"));
  }

  @ParameterizedTest
  @CsvSource({
    "Bearer a.b.c,       a.b.c",
    "bEARER   a.b.c,     a.b.c",
    "'Bearer a,b',       'a,b'",
    "Bearer,             ",
    "Bearera.b.c,        ",
    "Basic a.b.c,        ",
    "'',                 "
  })
  void bearerTokenIsFoundInTheAuthorizationHeader(String value, String token) {
    HttpRequest request = withHeader("authorization", value);
    assertEquals(Optional.ofNullable(token), request.bearerToken());
  }

  @Test
  void segmentsAreDecoded() {
    assertEquals(Optional.of("a"), withPath("/a/%20b").segment(0));
    assertEquals(Optional.of(" b"), withPath("/a/%20b").segment(1));
    assertEquals(Optional.of(""), withPath("/a/").segment(1));
    assertEquals(Optional.empty(), withPath("/a").segment(1));
    for (String malformed : List.of("%", "%4", "%4g", "%-1", "%ff", "%C3%28", "%ED%A0%80")) {
      assertEquals(Optional.empty(), withPath("/" + malformed).segment(0), malformed);
    }
  }

  @Test
  void parametersAreDecodedAndTheFirstOfANameCounts() {
    HttpRequest request = new HttpRequest("GET", "/", "a=%20b&a=c&d&=e&f=%zz&g=h=i", Map.of());
    assertEquals(Map.of("a", " b", "f", "", "g", "h=i"), request.parameters());
  }

  @Test
  void loggedRequestContainsNoToken() {
    HttpRequest request =
        new HttpRequest("GET", "/a%20b", "token=x", Map.of("authorization", "Bearer y"));
    assertEquals("GET /a%20b", request.toString());
  }
}
