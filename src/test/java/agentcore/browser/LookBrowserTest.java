package agentcore.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.testkit.process.ServerProcess;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The layout of the page, including narrow windows and keyboard use. Writes screenshots to
 * target/screenshots for inspection.
 */
class LookBrowserTest extends BrowserTest {
  private final ServerProcess server = closeLater(ServerProcess.start(Map.of()));

  /** One test kills the server, which the browser logs. */
  @Override
  boolean isExpected(String error) {
    return !server.isAlive() && error.contains("\"source\":\"network\"");
  }

  /** Plays a realistic conversation. */
  private Visitor conversation(Tab tab) {
    Visitor bob = signIn(server.port(), "Bob");
    Visitor carol = signIn(server.port(), "Çağla");
    carol.create("Holidays", "public");
    carol.create("Kitchen table", "public");
    carol.open("lobby");
    Visitor alice = Visitor.signIn(tab, "Alice");
    alice.create("Reading club", "public");
    alice.create("Surprise party", "private");
    alice.open("lobby");
    bob.say("Good morning, everybody ☀️");
    carol.awaitLast("Bob: Good morning, everybody ☀️");
    carol.say("Morning! Did the train get you there in time yesterday?");
    carol.awaitLast("You: Morning! Did the train get you there in time yesterday? (Sent)");
    bob.say("Barely. Two minutes to spare, and then the platform had changed.");
    bob.say("I have never run like that with a cello.");
    bob.awaitLast("You: I have never run like that with a cello. (Sent)");
    alice.say("I would have paid to see it 😄");
    alice.say(
        "By the way: the rehearsal has moved to Thursday.\nSame place, half an hour later, and somebody should bring the stands.");
    alice.awaitCount(6);
    carol.awaitCount(6);
    carol.say("I will. They are still in my car anyway.");
    bob.tab().click("#toggle-members");
    bob.tab().click("#member-list button", "Write to Alice");
    bob.awaitOpen("Alice");
    bob.say("Do you have a minute?");
    alice.awaitText("Direct messages");
    alice.tab().await("people.children.length === 1");
    carol.tab().click("#text");
    carol.tab().type("And");
    alice.awaitText("is typing");
    return alice;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void showsConversationInWideWindow(boolean dark) {
    Tab tab = open(server.port());
    String name = dark ? "dark" : "light";
    if (dark) {
      tab.dark();
    }
    tab.screenshot(name + "-sign-in");
    Visitor alice = conversation(tab);
    alice.tab().click("#toggle-members");
    alice.awaitText("online");
    tab.screenshot(name);
    alice.open("Reading club");
    tab.click("#new-room");
    tab.screenshot(name + "-dialog");
    tab.press("Escape");
    alice.awaitText("Nobody has written anything yet");
    tab.screenshot(name + "-empty");
  }

  @Test
  void fitsNarrowWindow() {
    Tab tab = open(server.port());
    tab.size(360, 720);
    tab.screenshot("phone-sign-in");
    Visitor alice = Visitor.signIn(tab, "alice");
    Visitor bob = signIn(server.port(), "bob");
    bob.say("Is it small where you are? A_word_that_is_too_long_for_any_line_" + "m".repeat(60));
    alice.tab().await("document.querySelector('.message')");
    alice.say("A little. But everything is there.");
    alice.awaitLast("You: A little. But everything is there. (Sent)");
    tab.assertFits();
    tab.screenshot("phone");
    tab.click("#toggle-members");
    alice.awaitText("Invite somebody");
    tab.assertFits();
    tab.screenshot("phone-members");
    tab.click("#close-members");
    tab.click("#back");
    bob.say("And now?");
    tab.await("document.querySelector('.badge')?.textContent === '1'");
    tab.assertFits();
    tab.screenshot("phone-list");
    alice.open("lobby");
    alice.awaitLast("bob: And now?");
  }

  @Test
  void worksWithKeyboardOnly() {
    Tab tab = open(server.port());
    tab.type("alice"); // the name field has the focus
    tab.press("Enter");
    Visitor alice = Visitor.signedIn(tab);
    tab.type("Without");
    tab.press("Enter", true);
    tab.type("a mouse");
    tab.press("Enter");
    alice.awaitLast("You: Without\na mouse (Sent)");
    tab.tabTo("New room");
    tab.press("Enter");
    tab.type("den");
    tab.press("Tab");
    tab.press("ArrowDown"); // private
    tab.press("Enter");
    alice.awaitOpen("den");
    alice.awaitText("Private room");
    tab.tabTo("Room lobby");
    tab.screenshot("focus");
    tab.press("Enter");
    alice.awaitOpen("lobby");
    tab.tabTo("Members");
    tab.press(" ");
    alice.awaitText("Invite somebody");
    tab.tabTo("Close members");
    tab.press("Escape");
    tab.await("!members.checkVisibility() && document.activeElement.id === 'toggle-members'");
  }

  @Test
  void everyControlHasAccessibleName() {
    Visitor alice = signIn(server.port(), "alice");
    alice.tab().click("#toggle-members");
    String nameless =
        "[...document.querySelectorAll('button, input, textarea, [role=log], nav, main, section, dialog')].filter("
            + "e => !(e.ariaLabel || e.labels?.length || e.getAttribute('aria-labelledby')"
            + " || e.tagName === 'BUTTON' && e.textContent.trim() || e.id === 'sign-in')).map(e => e.outerHTML)";
    assertEquals("[]", alice.tab().eval(nameless).toString());
    assertEquals(List.of(), alice.tab().errors());
  }

  @Test
  void showsErrorsAndLostConnection() {
    Visitor alice = signIn(server.port(), "alice");
    alice.say("One that arrives");
    alice.awaitLast("You: One that arrives (Sent)");
    alice.say("x".repeat(1001));
    alice.awaitText("1 character too long");
    alice.tab().screenshot("error");
    alice.tab().press("Backspace");
    alice.tab().press("Enter");
    alice.awaitLast("You: " + "x".repeat(1000) + " (Sent)");
    server.kill();
    alice.awaitText("The connection is lost.");
    alice.say("One that waits");
    alice.awaitLast("You: One that waits (Sending …)");
    alice.tab().screenshot("reconnecting");
  }
}
