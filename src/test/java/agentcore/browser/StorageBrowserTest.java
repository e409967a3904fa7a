package agentcore.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import agentcore.core.auth.Forged;
import agentcore.testkit.TestServer;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The page in a browser that denies storage, as some do when cookies are blocked. */
class StorageBrowserTest extends BrowserTest {
  private static final String DENY =
      """
      Object.defineProperty(window, 'sessionStorage', {
        get() { throw new DOMException('Access is denied for this document.', 'SecurityError'); }
      });
      """;

  private final TestServer server = closeLater(TestServer.startWithPage(Map.of()));

  private Tab openWithoutStorage() {
    Tab tab = open(server.port());
    tab.beginEveryPageWith(DENY);
    tab.go(url(server.port()));
    assertEquals(
        "SecurityError",
        tab.eval("(() => { try { return sessionStorage; } catch (e) { return e.name; } })()")
            .getAsString());
    return tab;
  }

  @Test
  void chatWorksAndSurvivesReload() {
    Visitor alice = Visitor.signIn(openWithoutStorage(), "alice");
    alice.create("den", "public");
    alice.say("Hello");
    alice.awaitLast("You: Hello (Sent)");
    alice.tab().eval("window.isBeforeReload = true; location.reload()");
    alice.tab().await("window.isBeforeReload === undefined");
    alice.awaitOpen("den");
    alice.awaitLast("You: Hello (Sent)");
  }

  @Test
  void tokenOfLinkIsNotKeptInTheHistory() {
    TestServer strict = closeLater(TestServer.startWithPage(Map.of("AUTH_SECRET", Forged.SECRET)));
    String token = Forged.token("alice", Instant.now().plusSeconds(600));
    Tab tab = open(strict.port());
    tab.beginEveryPageWith(DENY);
    tab.go(url(strict.port()) + "#token=" + token);
    Visitor.signedIn(tab);
    assertEquals(url(strict.port()), tab.eval("location.href").getAsString());
    assertFalse(tab.eval("JSON.stringify(history.state)").getAsString().contains(token));
    tab.eval("window.isBeforeReload = true; location.reload()");
    tab.await("window.isBeforeReload === undefined");
    tab.await("document.body.innerText.includes('Open the link that you were given')");
  }

  @Test
  void ignoresInvalidStoredState() {
    Tab tab = open(server.port());
    tab.eval("sessionStorage.setItem('agentcore', '{not json')");
    tab.go(url(server.port()));
    Visitor.signIn(tab, "alice").awaitOpen("lobby");
  }
}
