package agentcore.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.network.TestKeystore;
import agentcore.testkit.process.ServerProcess;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a browser loads for the pages, and over how many connections. */
class LoadBrowserTest extends BrowserTest {
  private static final String KEY = "0123456789abcdef0123456789abcdef";

  @TempDir private Path folder;

  /** Opens a page, and records what it loads. */
  private Tab load(String url) {
    Tab tab = open("data:text/plain,");
    tab.recordLoads();
    tab.go(url);
    tab.await("document.querySelector('#sign-in form') !== null");
    return tab;
  }

  private ServerProcess server(boolean tls) {
    Map<String, String> settings = new HashMap<>(Map.of("API_KEYS", "ops:" + KEY));
    if (tls) {
      TestKeystore keystore = TestKeystore.make(folder.resolve("key.p12"), "localhost");
      settings.put("TLS_KEYSTORE", keystore.file().toString());
      settings.put("TLS_PASSWORD", TestKeystore.PASSWORD);
    }
    return closeLater(ServerProcess.start(settings));
  }

  private static long connections(List<Tab.Loaded> loaded) {
    return loaded.stream().map(Tab.Loaded::connection).distinct().count();
  }

  /**
   * The style sheet is in the HTML file, so nothing is loaded at the same time. The WebSocket needs
   * a connection of its own.
   */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void chatPageNeedsFewRequestsAndOneConnection(boolean tls) {
    String url = (tls ? "https" : "http") + "://127.0.0.1:" + server(tls).port() + "/";
    Tab tab = load(url);
    Visitor.signIn(tab, "alice");
    List<Tab.Loaded> loaded = tab.loaded();
    assertTrue(files(url, loaded).containsAll(Set.of("", "page/page.js")), loaded + "");
    assertTrue(loaded.size() + tab.webSockets() <= 8, loaded + "");
    assertEquals(1, connections(loaded), loaded + "");
    assertEquals(1, tab.webSockets());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void pageForOperatorsNeedsFewRequestsAndConnections(boolean tls) {
    String url = (tls ? "https" : "http") + "://127.0.0.1:" + server(tls).port() + "/";
    List<Tab.Loaded> loaded = load(url + "admin").loaded();
    assertTrue(
        files(url, loaded).containsAll(Set.of("admin", "admin/admin.css", "admin/admin.js")),
        loaded + "");
    assertTrue(loaded.size() <= 8, loaded + "");
    assertTrue(connections(loaded) < loaded.size(), loaded + "");
  }

  private static Set<String> files(String url, List<Tab.Loaded> loaded) {
    return loaded.stream()
        .map(file -> file.url().substring(url.length()))
        .collect(Collectors.toSet());
  }
}
