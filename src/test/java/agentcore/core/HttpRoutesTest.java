package agentcore.core;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import agentcore.core.http.HttpRequest;
import agentcore.core.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpRoutesTest {
  private final HttpRoutes routes = new HttpRoutes();

  HttpRoutesTest() {
    routes.add("GET", "/", request -> HttpResponse.text(200, "root"));
    routes.add("GET", "/a/b", request -> HttpResponse.text(200, "fixed"));
    routes.add(
        "GET", "/a/{name}", request -> HttpResponse.text(200, request.segment(1).orElse("none")));
  }

  private HttpResponse ask(String method, String path) {
    return routes.handle(new HttpRequest(method, path, "", Map.of()));
  }

  private static String body(HttpResponse response) {
    return new String(response.body(), ISO_8859_1).strip();
  }

  @ParameterizedTest
  @CsvSource({"/, root", "/a/b, fixed", "/a/c, c", "/a/%20x, ' x'", "/a/%2F, /", "/a/%zz, none"})
  void pathFindsItsHandler(String path, String answer) {
    HttpResponse response = ask("GET", path);
    assertEquals(200, response.status());
    assertEquals(answer.strip(), body(response));
  }

  @ParameterizedTest
  @ValueSource(strings = {"//", "/a", "/a/b/c", "/A/b", "/../a/b", "/a/b/"})
  void otherPathsAreNotFound(String path) {
    assertEquals(404, ask("GET", path).status());
    assertEquals(404, ask("POST", path).status());
  }

  @Test
  void onlyGetAndHeadAreAllowed() {
    assertEquals(200, ask("HEAD", "/").status());
    HttpResponse refusal = ask("DELETE", "/");
    assertEquals(405, refusal.status());
    assertEquals("GET, HEAD, OPTIONS", refusal.headers().get("Allow"));
  }

  @Test
  void methodsOfOnePathHaveTheirOwnHandlers() {
    routes.add("PUT", "/a/{name}", request -> HttpResponse.text(201, "put"));
    assertEquals("put", body(ask("PUT", "/a/x")));
    assertEquals("x", body(ask("GET", "/a/x")));
    HttpResponse options = ask("OPTIONS", "/a/x");
    assertEquals(204, options.status());
    assertEquals("GET, HEAD, OPTIONS, PUT", options.headers().get("Allow"));
    assertEquals("GET, HEAD, OPTIONS, PUT", ask("POST", "/a/x").headers().get("Allow"));
    assertEquals(404, ask("OPTIONS", "/b").status());
  }

  @Test
  void bracesNameDecodedParameters() {
    routes.add(
        "POST",
        "/p/{one}/{two}",
        request ->
            HttpResponse.text(
                200,
                request.pathParameter("one").orElse("-")
                    + request.pathParameter("two").orElse("-")
                    + request.pathParameter("three").orElse("-")));
    assertEquals("a b---".replace("---", "--"), body(ask("POST", "/p/a%20b/%zz")));
  }

  @Test
  void failingHandlerIsAnsweredWith500() {
    routes.add(
        "GET",
        "/broken",
        request -> {
          throw new IllegalStateException("secret");
        });
    HttpResponse response = ask("GET", "/broken");
    assertEquals(500, response.status());
    assertEquals("Internal error", body(response));
  }

  @Test
  void pathMustBeginWithASlash() {
    assertThrows(
        IllegalArgumentException.class,
        () -> routes.add("GET", "a", r -> HttpResponse.text(200, "")));
  }
}
