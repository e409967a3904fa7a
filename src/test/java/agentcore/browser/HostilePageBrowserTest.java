package agentcore.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.testkit.TestServer;
import org.junit.jupiter.api.Test;

/** A page of another origin cannot use the server through a user's browser. */
class HostilePageBrowserTest extends BrowserTest {
  private final TestServer victim = closeLater(TestServer.start());
  private final TestServer elsewhere = closeLater(TestServer.start());

  /** All attempts are refused, and the browser logs that. */
  @Override
  boolean isExpected(String error) {
    return true;
  }

  /** Returns a page of another origin without a content security policy. */
  private Tab hostilePage() {
    Tab tab = open(victim.port());
    tab.go(url(elsewhere.port()) + "nothing");
    assertEquals(url(elsewhere.port()) + "nothing", tab.eval("location.href").getAsString());
    return tab;
  }

  private String attempt(Tab tab, String promise) {
    return tab.eval(promise.replace("VICTIM", "127.0.0.1:" + victim.port())).getAsString();
  }

  @Test
  void hostilePageCannotConnect() {
    String connecting =
        """
        new Promise(done => {
          const socket = new WebSocket('ws://VICTIM/ws/mallory', PROTOCOLS);
          socket.onopen = () => done('open');
          socket.onclose = event => done('closed ' + event.code);
        })\
        """;
    Tab tab = hostilePage();
    assertEquals("closed 1006", attempt(tab, connecting.replace("PROTOCOLS", "[]")));
    assertEquals("closed 1006", attempt(tab, connecting.replace("PROTOCOLS", "['agentcore']")));
    assertEquals(0, victim.manager().registry().size());
  }

  @Test
  void hostilePageCannotReadHistoryHealthOrMetrics() {
    Tab tab = hostilePage();
    for (String path : new String[] {"api/rooms/lobby/messages", "health/ready", "metrics", ""}) {
      String reading =
          "fetch('http://VICTIM/" + path + "').then(() => 'could read it', e => e.name)";
      assertEquals("TypeError", attempt(tab, reading), path);
    }
  }

  @Test
  void hostilePageCannotPost() {
    String posting =
        "fetch('http://VICTIM/api/rooms/lobby/messages', {method: 'POST', body: 'x'})"
            + ".then(r => 'answered ' + r.status, e => e.name)";
    assertEquals("TypeError", attempt(hostilePage(), posting));
  }
}
