package agentcore.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;

/** Base class: one browser per test class, and a check of the console after each test. */
abstract class BrowserTest {
  private static Chromium browser;

  private final List<Tab> tabs = new ArrayList<>();
  private final Deque<AutoCloseable> others = new ArrayDeque<>();

  @BeforeAll
  static void startBrowser() {
    browser = Chromium.start();
  }

  @AfterAll
  static void stopBrowser() {
    if (browser != null) {
      browser.close();
    }
  }

  /** Opens the page of a server in a new browser context, which shares nothing with others. */
  Tab open(int port) {
    return open(url(port));
  }

  /** Opens a page in a new browser context. */
  Tab open(String url) {
    return opened(browser.open(url));
  }

  /** Opens the page for operators of a server in a new browser context. */
  Tab openAdmin(int port) {
    return opened(browser.open(url(port) + "admin"));
  }

  /** Opens another tab in the same browser context. */
  Tab openBeside(Tab tab, int port) {
    return opened(browser.openBeside(tab, url(port)));
  }

  /** Opens the page and signs in. */
  Visitor signIn(int port, String name) {
    return Visitor.signIn(open(port), name);
  }

  private Tab opened(Tab tab) {
    tabs.add(tab);
    return tab;
  }

  static String url(int port) {
    return "http://127.0.0.1:" + port + "/";
  }

  /** Closes a resource after the test, when the pages are closed. */
  <T extends AutoCloseable> T closeLater(T other) {
    others.push(other);
    return other;
  }

  /** Returns whether this console error is expected. */
  boolean isExpected(String error) {
    return false;
  }

  @AfterEach
  void consoleHasNoUnexpectedErrors() throws Exception {
    List<String> errors =
        tabs.stream().flatMap(tab -> tab.errors().stream()).filter(e -> !isExpected(e)).toList();
    tabs.forEach(Tab::close);
    for (AutoCloseable other : others) {
      other.close();
    }
    assertEquals(List.of(), errors);
  }
}
