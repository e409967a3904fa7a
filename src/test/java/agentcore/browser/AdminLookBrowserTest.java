package agentcore.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import agentcore.testkit.RawClient;
import agentcore.testkit.process.ServerProcess;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The layout of the page for operators, its colours, and its use with a keyboard. Writes
 * screenshots to target/screenshots for inspection.
 */
class AdminLookBrowserTest extends BrowserTest {
  private static final String KEY = "0123456789abcdef0123456789abcdef";
  private static final String LONG = "m".repeat(50);

  /** Returns the visible texts whose contrast with what is behind them is below 4.5. */
  private static final String FAINT =
      """
      (() => {
        const numbers = (colour) => colour.match(/[\\d.]+/g).map(Number);
        const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
          .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
          .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
        const ground = (e) => {
          for (let at = e; at; at = at.parentElement) {
            const colour = numbers(getComputedStyle(at).backgroundColor);
            if (colour.length === 3 || colour[3] === 1) return colour;
          }
          return [255, 255, 255];
        };
        const contrast = (e) => {
          const pair = [light(numbers(getComputedStyle(e).color)), light(ground(e))].sort();
          return (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
        };
        return [...document.querySelectorAll('body *')]
          .filter((e) => e.checkVisibility() && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
          .filter((e) => contrast(e) < 4.5)
          .map((e) => `${e.textContent.slice(0, 40)}: ${contrast(e).toFixed(2)}`);
      })()\
      """;

  private final ServerProcess server =
      closeLater(ServerProcess.start(Map.of("API_KEYS", "ops:" + KEY)));

  private RawClient connect(String user) {
    RawClient client = closeLater(server.connect(user));
    client.nextJson("welcome");
    return client;
  }

  /** Fills the server with users, rooms and messages. */
  private void populate() {
    RawClient alice = connect("alice");
    connect("alice");
    connect("Çağla");
    connect("a_name_that_is_too_long_for_any_line_" + "n".repeat(27));
    for (String room : new String[] {"Reading club", "Kitchen table", "Holidays", LONG}) {
      alice.send(
          "{\"type\":\"create_room\",\"data\":{\"room_name\":\"%s\",\"is_public\":%s}}"
              .formatted(room, !room.startsWith("K")));
      alice.nextJson("room_info");
    }
    for (int i = 0; i < 40; i++) {
      alice.send(
          "{\"type\":\"chat_message\",\"data\":{\"room\":\"lobby\",\"text\":\"%d\"}}".formatted(i));
      alice.nextJson("chat_message");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"light", "dark"})
  void everyTextIsLegible(String scheme) {
    Tab tab = openAdmin(server.port());
    if (scheme.equals("dark")) {
      tab.dark();
    }
    tab.screenshot("admin-" + scheme + "-sign-in");
    assertEquals("[]", tab.eval(FAINT).toString());
    Operator operator = Operator.signIn(tab, KEY);
    populate();
    operator.awaitChart("^Messages: .*at most [1-9]");
    operator.tab().await("rooms.children.length === 5");
    operator.openRoom("lobby");
    operator.lookUp("alice");
    tab.await("user.innerText.includes('Online')");
    assertEquals("[]", tab.eval(FAINT).toString());
    tab.screenshot("admin-" + scheme);
    tab.click("#user .danger");
    tab.await("document.getElementById('confirm').open");
    assertEquals("[]", tab.eval(FAINT).toString());
    tab.screenshot("admin-" + scheme + "-dialog");
    tab.press("Escape");
    tab.click("summary");
    tab.eval("document.querySelector('summary').scrollIntoView()");
    operator.awaitText("*** ("); // API_KEYS
    assertFalse(tab.is("document.documentElement.outerHTML.includes('" + KEY + "')"));
    assertEquals("[]", tab.eval(FAINT).toString());
    tab.screenshot("admin-" + scheme + "-settings");
  }

  @Test
  void fitsNarrowWindow() {
    populate();
    Tab tab = openAdmin(server.port());
    tab.size(360, 720);
    tab.assertFits();
    tab.screenshot("admin-phone-sign-in");
    Operator operator = Operator.signIn(tab, KEY);
    tab.await("rooms.children.length === 5");
    tab.assertFits();
    tab.screenshot("admin-phone");
    operator.openRoom("lobby");
    operator.lookUp("alice");
    tab.await("user.innerText.includes('Online')");
    tab.assertFits();
    tab.eval("document.getElementById('rooms-title').scrollIntoView()");
    tab.screenshot("admin-phone-rooms");
    tab.eval("document.getElementById('room-title').scrollIntoView()");
    tab.screenshot("admin-phone-lists");
    tab.click("summary");
    tab.assertFits();
    tab.eval("document.querySelector('summary').scrollIntoView()");
    tab.screenshot("admin-phone-settings");
    operator.openRoom(LONG);
    tab.click("#members button", "Remove alice");
    tab.await("document.getElementById('confirm').open");
    tab.assertFits();
    tab.screenshot("admin-phone-dialog");
  }

  @Test
  void worksWithKeyboardOnly() {
    RawClient troll = connect("troll");
    RawClient alice = connect("alice");
    Tab tab = openAdmin(server.port());
    tab.type(KEY); // the field has the focus
    tab.press("Enter");
    Operator operator = Operator.signedIn(tab);
    tab.await("rooms.children.length === 1");
    tab.tabTo("Skip the charts");
    tab.press("Enter");
    tab.await("document.activeElement.id === 'room-search'");
    tab.tabTo("Room lobby, 2 members");
    tab.screenshot("admin-focus");
    tab.press("Enter");
    operator.awaitRoom("lobby");
    tab.await("document.activeElement.id === 'room-title'");
    tab.tabTo("Remove troll from lobby");
    tab.press(" ");
    tab.await("document.getElementById('confirm').open");
    assertEquals("Cancel", tab.eval("document.activeElement.textContent").getAsString());
    tab.press("Escape");
    tab.await("!document.getElementById('confirm').open");
    tab.tabTo("Show troll");
    tab.press("Enter");
    tab.await("user.innerText.includes('Online')");
    tab.tabTo("Disconnect");
    tab.press("Enter");
    tab.tabTo("Disconnect");
    tab.press("Enter");
    operator.awaitText("Closed 1 connection of “troll”.");
    assertEquals(4411, troll.awaitClose().code());
    tab.await("document.activeElement.id === 'user-name'");
    alice.nextJson("user_left");
    tab.tabTo("Settings");
    tab.press("Enter");
    operator.awaitText("The settings in force.");
  }

  @Test
  void everyControlHasAnAccessibleName() {
    populate();
    Operator operator = Operator.signIn(openAdmin(server.port()), KEY);
    operator.openRoom("lobby");
    operator.lookUp("alice");
    String nameless =
        "[...document.querySelectorAll('button, input, svg:not([aria-hidden]), section, dialog')].filter("
            + "e => !(e.ariaLabel || e.labels?.length || e.getAttribute('aria-labelledby')"
            + " || e.tagName === 'BUTTON' && (e.textContent.trim() || e.closest('dialog'))))"
            + ".map(e => e.outerHTML)";
    assertEquals("[]", operator.tab().eval(nameless).toString());
    String unlabelled =
        "[...document.querySelectorAll('[aria-labelledby], [aria-describedby]')].flatMap("
            + "e => [e.getAttribute('aria-labelledby'), e.getAttribute('aria-describedby')])"
            + ".filter(id => id !== null && document.getElementById(id) === null)";
    assertEquals("[]", operator.tab().eval(unlabelled).toString());
  }
}
