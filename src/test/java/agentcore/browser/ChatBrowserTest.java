package agentcore.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import agentcore.testkit.TestServer;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What people do on the page. */
class ChatBrowserTest extends BrowserTest {
  private final TestServer server = closeLater(TestServer.startWithPage(Map.of()));

  private Visitor signIn(String name) {
    return signIn(server.port(), name);
  }

  @Test
  void twoPeopleChat() {
    Visitor alice = signIn("alice");
    Visitor bob = signIn("bob");
    alice.say("Hello, is anybody here?");
    alice.awaitLast("You: Hello, is anybody here? (Sent)");
    bob.awaitLast("alice: Hello, is anybody here?");
    bob.say("I am!");
    alice.awaitLast("bob: I am!");
    assertEquals(2, alice.messages().size());
    assertEquals(2, bob.messages().size());
  }

  @Test
  void privateMessagesReachOnePersonAlone() {
    Visitor alice = signIn("alice");
    Visitor bob = signIn("bob");
    Visitor carol = signIn("carol");
    alice.tab().click("#toggle-members");
    alice.tab().click("#member-list button", "Write to bob");
    alice.awaitOpen("bob");
    alice.say("Psst");
    alice.awaitLast("You: Psst (Sent)");
    bob.tab().click("#people button", "alice, 1 unread message");
    bob.awaitLast("alice: Psst");
    bob.say("What?");
    alice.awaitLast("bob: What?");
    carol.say("Good morning");
    carol.awaitLast("You: Good morning (Sent)");
    assertFalse(carol.tab().is("people.children.length > 0"));
  }

  @Test
  void textIsNeverHtml() {
    String text =
        "<img src=x onerror=\"document.title='broken'\"><script>alert(1)</script> &amp; <b>bold</b>";
    Visitor alice = signIn("<b>alice");
    Visitor bob = signIn("bob");
    alice.say(text);
    bob.awaitLast("<b>alice: " + text);
    alice.create("<i>den<i>", "public");
    bob.tab().click("#others button", "Join <i>den<i>");
    bob.awaitOpen("<i>den<i>");
    assertFalse(bob.tab().is("document.querySelector('#chat :is(b, i, img, script)')"));
    assertFalse(bob.tab().is("document.title.includes('broken')"));
  }
}
