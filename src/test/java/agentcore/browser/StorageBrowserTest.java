package agentcore.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.testkit.TestServer;
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
  void ignoresInvalidStoredState() {
    Tab tab = open(server.port());
    tab.eval("sessionStorage.setItem('agentcore', '{not json')");
    tab.go(url(server.port()));
    Visitor.signIn(tab, "alice").awaitOpen("lobby");
  }
}
