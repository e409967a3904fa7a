package agentcore.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.TestServer;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The field for writing messages. */
class ComposerBrowserTest extends BrowserTest {
  private static final int LIMIT = 100;

  private final TestServer server =
      closeLater(TestServer.startWithPage(Map.of("MAX_TEXT_LENGTH", "" + LIMIT)));

  private Visitor signIn(String name) {
    return signIn(server.port(), name);
  }

  private static String value(Tab tab) {
    return tab.eval("text.value").getAsString();
  }

  private static void awaitOptions(Tab tab, String labels) {
    tab.await(
        "[...completions.querySelectorAll('.name')].map(e => e.textContent).join() === "
            + Tab.quoted(labels));
  }

  /** The list is above the field, and inside the window. */
  private static void assertListCoversNoField(Tab tab) {
    assertTrue(
        tab.is(
            "(list => list.top >= 0 && list.left >= 0 && list.right <= innerWidth"
                + " && list.bottom <= text.getBoundingClientRect().top)"
                + "(completions.getBoundingClientRect())"));
  }

  @Test
  void fieldGrowsUpToALimitAndShrinks() {
    Visitor alice = signIn("alice");
    Tab tab = alice.tab();
    tab.click("#text");
    int oneLine = tab.eval("text.offsetHeight").getAsInt();
    tab.type("1");
    for (int i = 2; i <= 3; i++) {
      tab.press("Enter", true);
      tab.type("" + i);
    }
    int threeLines = tab.eval("text.offsetHeight").getAsInt();
    assertTrue(threeLines > 2 * oneLine - 30, threeLines + " " + oneLine);
    assertEquals(threeLines, tab.eval("text.clientHeight + 2").getAsInt());
    tab.type("\n".repeat(30) + "end");
    assertTrue(tab.is("text.offsetHeight > " + threeLines + " && text.offsetHeight < 200"));
    assertTrue(tab.is("text.getBoundingClientRect().bottom < innerHeight"));
    assertTrue(tab.is("log.getBoundingClientRect().bottom <= text.getBoundingClientRect().top"));
    tab.press("Enter");
    alice.awaitLast("You: 1\n2\n3" + "\n".repeat(30) + "end (Sent)");
    assertEquals(oneLine, tab.eval("text.offsetHeight").getAsInt());
  }

  @Test
  void inputMethodUsesEnterItself() {
    Visitor alice = signIn("alice");
    Tab tab = alice.tab();
    tab.click("#text");
    tab.compose("ni");
    tab.eval("window.keys = []; text.addEventListener('keydown', e => keys.push(e.isComposing))");
    tab.pressEnterInInputMethod();
    assertEquals("[true]", tab.eval("keys").toString());
    assertEquals("ni", value(tab));
    tab.type("你");
    tab.press("Enter");
    alice.awaitLast("You: 你 (Sent)");
    assertEquals(1, alice.messages().size());
  }

  @Test
  void enterOfATouchKeyboardStartsALineAndTheButtonSends() {
    Tab tab = open(server.port());
    tab.phone(360, 640);
    Visitor alice = Visitor.signIn(tab, "alice");
    tab.await("text.enterKeyHint === 'enter'");
    tab.click("#text");
    tab.type("one");
    tab.press("Enter");
    tab.type("two");
    assertEquals("one\ntwo", value(tab));
    tab.click("#send");
    alice.awaitLast("You: one\ntwo (Sent)");
    assertTrue(tab.is("document.activeElement === text")); // the keyboard stays open
    tab.assertFits();
  }

  @Test
  void completesEmojiByKeyboard() {
    Visitor alice = signIn("alice");
    Tab tab = alice.tab();
    tab.click("#text");
    tab.type("Hi :tad");
    awaitOptions(tab, ":tada:");
    assertListCoversNoField(tab);
    assertEquals(
        "[\"list\",\"listbox\",\"listbox\",\"completions\",\"option true\"]",
        tab.eval(
                "[text.ariaAutoComplete, text.ariaHasPopup, completions.role, text.getAttribute('aria-controls'),"
                    + " (e => e.role + ' ' + e.ariaSelected)("
                    + "document.getElementById(text.getAttribute('aria-activedescendant')))]")
            .toString());
    tab.press("Enter");
    assertEquals("Hi 🎉", value(tab));
    assertTrue(tab.is("completions.hidden && !text.hasAttribute('aria-activedescendant')"));
    tab.type(" :thumbs");
    awaitOptions(tab, ":thumbsup:,:thumbsdown:");
    tab.screenshot("emoji");
    tab.press("ArrowDown");
    tab.press("Tab");
    assertEquals("Hi 🎉 👎", value(tab));
    tab.type(" :thumbs");
    tab.press("ArrowUp");
    tab.press("ArrowUp");
    tab.press("Enter");
    assertEquals("Hi 🎉 👎 👍", value(tab));
    tab.type(" :tada");
    tab.press("Escape");
    assertTrue(tab.is("completions.hidden"));
    tab.type(":");
    assertEquals("Hi 🎉 👎 👍 🎉", value(tab));
    tab.type(" at 10:30, :10 :nosuchname: :) :oO");
    assertTrue(tab.is("completions.hidden"));
    tab.type(" :tad");
    tab.press("Escape");
    tab.press("Enter");
    alice.awaitLast("You: Hi 🎉 👎 👍 🎉 at 10:30, :10 :nosuchname: :) :oO :tad (Sent)");
    assertFalse(tab.is("document.activeElement !== text"));
  }

  @Test
  void completesMembersByKeyboardAndMouse() {
    signIn("Çağla Öz");
    signIn("carol");
    Visitor alice = signIn("alice");
    Tab tab = alice.tab();
    tab.await("subtitle.textContent === '3 members'");
    tab.click("#text");
    tab.type("@");
    awaitOptions(tab, "Çağla Öz,carol");
    assertListCoversNoField(tab);
    tab.screenshot("completion");
    tab.type("ö");
    awaitOptions(tab, "Çağla Öz");
    tab.press("Tab");
    assertEquals("@Çağla Öz ", value(tab));
    tab.type("and (@ca");
    awaitOptions(tab, "Çağla Öz,carol");
    tab.click("#completions li:last-child");
    assertEquals("@Çağla Öz and (@carol ", value(tab));
    assertTrue(tab.is("document.activeElement === text"));
    tab.type("mail@ca");
    assertTrue(tab.is("completions.hidden"));
    tab.type(" @carol");
    tab.press("Enter"); // nothing is left to complete
    alice.awaitLast("You: @Çağla Öz and (@carol mail@ca @carol (Sent)");
    assertEquals(
        "[\"@Çağla Öz\",\"@carol\",\"@carol\"]",
        tab.eval("[...document.querySelectorAll('.text .mention')].map(e => e.textContent)")
            .toString());
  }

  @Test
  void countsTheCharactersThatAreLeftAndKeepsATextThatIsTooLong() {
    Visitor alice = signIn("alice");
    Tab tab = alice.tab();
    tab.click("#text");
    tab.type("😀".repeat(LIMIT - 12));
    assertTrue(tab.is("counter.hidden"));
    tab.type("  \n 😀😀😀");
    tab.await("!counter.hidden && counter.textContent === '5 left'");
    assertCounterIsBelowTheField(tab);
    tab.type("123456");
    tab.await("counter.textContent === '1 character too long' && send.disabled");
    tab.screenshot("too-long");
    tab.press("Enter");
    alice.awaitText("This message is 1 character too long.");
    assertEquals(0, alice.messages().size());
    assertTrue(value(tab).endsWith("123456"));
    tab.press("Backspace");
    tab.await("counter.textContent === '0 left' && !send.disabled");
    tab.press("Enter");
    alice.awaitCount(1);
    alice.tab().await("document.querySelector('.delivery').textContent === 'Sent'");
    assertTrue(tab.is("counter.hidden && text.value === ''"));
  }

  private static void assertCounterIsBelowTheField(Tab tab) {
    assertTrue(
        tab.is(
            "counter.getBoundingClientRect().top >= text.getBoundingClientRect().bottom"
                + " && counter.getBoundingClientRect().bottom <= innerHeight"));
  }
}
