package agentcore.example.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.RawHttp;
import agentcore.testkit.TestServer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The page for operators over HTTP: where it is, and its headers. */
class AdminHttpTest extends OperatorRequests {
  /** Returns the paths of the page and of all its files. */
  private static Set<String> paths(RawHttp http) {
    Set<String> paths =
        Pattern.compile("(?:href|src)=\"(admin/[^\"]+)\"")
            .matcher(ask(http, "GET", "/admin").body())
            .results()
            .map(link -> '/' + link.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(Set.of("/admin/admin.css", "/admin/admin.js", "/admin/icon.svg"), paths);
    paths.add("/admin");
    return paths;
  }

  private static String header(RawHttp.Response answer, String name) {
    return answer
        .head()
        .lines()
        .filter(line -> line.startsWith(name + ": "))
        .findFirst()
        .orElse("");
  }

  @Test
  void withoutKeysThereIsNoPage() {
    RawHttp with = http(start(Map.of("API_KEYS", KEYS)).port());
    RawHttp without = http(start(Map.of()).port());
    Set<String> paths = paths(with);
    paths.addAll(Set.of("/admin/", "/api/v1/server", "/api/v1/metrics"));
    for (String path : paths) {
      assertEquals(404, get(without, path, ALL).status(), path);
    }
  }

  @Test
  void everyFileHasTheSecurityHeadersOfTheChatPage() {
    RawHttp http = http(start(Map.of("API_KEYS", KEYS)).port());
    RawHttp.Response chat = ask(http, "GET", "/page/page.js");
    for (String path : paths(http)) {
      RawHttp.Response answer = ask(http, "GET", path);
      assertEquals(200, answer.status(), path);
      for (String name :
          List.of(
              "Content-Security-Policy",
              "X-Content-Type-Options",
              "Referrer-Policy",
              "Cross-Origin-Opener-Policy",
              "Cache-Control")) {
        assertFalse(header(chat, name).isEmpty(), name);
        assertEquals(header(chat, name), header(answer, name), path);
      }
    }
  }

  @Test
  void scriptNeedsNoOtherAndNothingIsInline() {
    RawHttp http = http(start(Map.of("API_KEYS", KEYS)).port());
    String script = ask(http, "GET", "/admin/admin.js").body();
    assertTrue(script.contains("// admin-rooms.js"), "it has all modules");
    assertFalse(Pattern.compile("^(import|export) ", Pattern.MULTILINE).matcher(script).find());
    String html = ask(http, "GET", "/admin").body();
    assertFalse(
        Pattern.compile("<style|style=|\\son\\w+=|<script(?![^>]*src=)").matcher(html).find());
  }

  @Test
  void pageIsOnTheAdminPortOnly() {
    TestServer server = start(Map.of("API_KEYS", KEYS, "ADMIN_PORT", "0"));
    RawHttp clients = http(server.port());
    int adminPort = server.core().adminPort().orElseThrow();
    RawHttp operators = http(adminPort);
    Set<String> paths = paths(operators);
    for (String path : paths) {
      assertEquals(200, get(operators, path, ALL).status(), path);
      assertEquals(404, get(clients, path, ALL).status(), path);
    }
    assertEquals(404, ask(operators, "GET", "/").status(), "the chat page stays where it is");
  }

  @Test
  void pageMayChangeThingsFromTheAdminPortAndForeignPagesMayNot() {
    TestServer server = start(Map.of("API_KEYS", KEYS, "ADMIN_PORT", "0"));
    int port = server.core().adminPort().orElseThrow();
    RawHttp operators = http(port);
    String disconnect =
        "DELETE /api/v1/users/alice/connections HTTP/1.1\r\nHost: localhost:%d\r\n".formatted(port)
            + "Authorization: Bearer %s\r\nOrigin: ".formatted(ALL);
    String own = "http://localhost:" + port;
    assertEquals(200, operators.send(disconnect + own + "\r\n\r\n").next().status());
    for (String origin : List.of("http://localhost:" + server.port(), "https://evil.example")) {
      RawHttp.Response refused = operators.send(disconnect + origin + "\r\n\r\n").next();
      assertEquals(403, refused.status(), origin);
      assertFalse(refused.head().contains("Access-Control"), refused.head());
    }
    RawHttp.Response preflight =
        ask(
            operators,
            "OPTIONS",
            "/api/v1/users/alice/connections",
            "Origin: https://evil.example",
            "Access-Control-Request-Method: DELETE");
    assertFalse(preflight.head().contains("Access-Control"), preflight.head());
  }

  @Test
  void addressWithASlashLeadsToThePage() {
    RawHttp.Response answer = ask(http(start(Map.of("API_KEYS", KEYS)).port()), "GET", "/admin/");
    assertEquals(308, answer.status());
    assertEquals("Location: ../admin", header(answer, "Location"));
  }
}
