package agentcore.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.message.CloseCode;
import agentcore.testkit.RawClient;
import agentcore.testkit.TestServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Drafts, and messages that could not be sent: only the user's click discards them. */
class UnsentBrowserTest extends BrowserTest {
  /** Loses the messages that the page sends, as a connection does that has just broken. */
  private static final String LOSE_MESSAGES =
      """
      const send = WebSocket.prototype.send;
      WebSocket.prototype.send = function (frame) {
        if (!/"type":"(chat|private)_message"/.test(frame)) send.call(this, frame);
      };
      """;

  private final TestServer server =
      closeLater(TestServer.startWithPage(Map.of("RATE_LIMIT_MESSAGES", "0")));

  private Visitor signIn(String name) {
    return signIn(server.port(), name);
  }

  private static void awaitDraft(Visitor visitor, String text) {
    visitor.tab().await("text.value === " + Tab.quoted(text));
  }

  private static void type(Visitor visitor, String text) {
    visitor.tab().click("#text");
    visitor.tab().type(text);
  }

  /** Writes to somebody who is not known, which fails. */
  private static void failToWriteTo(Visitor visitor, String user, String text) {
    visitor.tab().click("#new-private");
    visitor.tab().type(user);
    visitor.tab().press("Enter");
    visitor.awaitOpen(user);
    visitor.say(text);
    visitor.awaitLast("You: " + text + " (Not sent)");
  }

  /** Waits until the page has been loaded again and its scripts run. */
  private static void awaitSignedOut(Visitor visitor) {
    visitor
        .tab()
        .await("document.readyState === 'complete' && document.body.dataset.screen === 'sign-in'");
  }

  private static String stored(Visitor visitor) {
    return visitor.tab().eval("JSON.stringify([sessionStorage, localStorage])").getAsString();
  }

  @Test
  void eachConversationKeepsItsDraftOverSwitchingAndReloading() {
    Visitor alice = signIn("alice");
    alice.create("den", "public");
    type(alice, "for the den\n**of** course");
    alice.open("lobby");
    awaitDraft(alice, "");
    type(alice, "for the lobby");
    alice.tab().click("#new-private");
    alice.tab().type("bob");
    alice.tab().press("Enter");
    alice.awaitOpen("bob");
    type(alice, "for bob");
    for (int i = 0; i < 2; i++) {
      alice.open("den");
      awaitDraft(alice, "for the den\n**of** course");
      alice.open("bob");
      awaitDraft(alice, "for bob");
      alice.open("lobby");
      awaitDraft(alice, "for the lobby");
      alice.tab().reload();
      alice.awaitOpen("lobby");
      awaitDraft(alice, "for the lobby");
    }
    alice.tab().press("Enter");
    alice.awaitLast("You: for the lobby (Sent)");
    alice.open("den");
    alice.open("lobby");
    awaitDraft(alice, "");
  }

  @Test
  void draftsStayWhenTheServerEndsTheSessionAndGoWhenTheUserSignsOut() {
    Visitor alice = signIn("alice");
    type(alice, "half a thou");
    server.core().user("alice").disconnect(new CloseCode(4411, "disconnected by an operator"));
    awaitSignedOut(alice);
    alice.awaitText("The server ended the connection.");
    alice.tab().click("#sign-in .primary"); // when the page is loaded again
    Visitor.signedIn(alice.tab());
    awaitDraft(alice, "half a thou");
    alice.tab().click("#sign-out");
    awaitSignedOut(alice);
    assertFalse(stored(alice).contains("thou"));
    Visitor again = Visitor.signIn(alice.tab(), "alice");
    awaitDraft(again, "");
  }

  /** Closes the page of a tab, and lets another one sign in as alice. */
  private Visitor next(Visitor visitor) {
    visitor.tab().go("data:text/plain,closed");
    return Visitor.signIn(openBeside(visitor.tab(), server.port()), "alice");
  }

  @Test
  void closedTabLeavesItsDraftsToTheNextOneAndSigningOutRemovesThem() {
    Visitor alice = signIn("alice");
    type(alice, "half a thou");
    Visitor beside = Visitor.signIn(openBeside(alice.tab(), server.port()), "alice");
    awaitDraft(beside, "");
    Visitor second = next(alice);
    awaitDraft(second, "half a thou");
    type(second, "ght");
    second.tab().reload();
    second.awaitOpen("lobby");
    awaitDraft(second, "half a thought");
    Visitor third = next(second);
    awaitDraft(third, "half a thought");
    third.tab().click("#sign-out");
    awaitSignedOut(third);
    assertFalse(stored(third).contains("thou"));
    awaitDraft(next(third), "");
  }

  @Test
  void onlyAFewShortDraftsAreLeft() {
    try (TestServer modules = ModulePage.start()) {
      Tab tab = open(modules.port());
      String left =
          """
          import('/modules/left-drafts.js').then(({ leaveDrafts, takeDrafts }) => {
            leaveDrafts('bob', new Map([['room 0', 'of bob'], ['room 1', 'of bob']]));
            leaveDrafts('alice', new Map([['room 0', 'x'.repeat(5001)]]));
            for (let i = 1; i <= 19; i++) leaveDrafts('alice', new Map([[`room ${i}`, 'short']]));
            return [takeDrafts('alice').size, takeDrafts('alice').size, [...takeDrafts('bob').keys()]];
          })""";
      assertEquals("[19,0,[\"room 1\"]]", tab.eval(left).toString());
    }
  }

  @Test
  void messageThatWasNotConfirmedIsSentOnceAfterAReload() {
    try (RawClient bob = server.welcomed("bob")) {
      Visitor alice = signIn("alice");
      alice.tab().eval(LOSE_MESSAGES);
      alice.say("first");
      alice.say("second");
      alice.awaitLast("You: second (Sending …)");
      alice.tab().reload();
      alice.awaitLast("You: second (Sent)");
      assertEquals(List.of("You: first (Sent)", "You: second (Sent)"), alice.messages());
      assertEquals("first", bob.nextJson("chat_message").get("text").getAsString());
      assertEquals("second", bob.nextJson("chat_message").get("text").getAsString());
      alice.tab().reload();
      alice.awaitLast("You: second (Sent)");
      assertEquals(2, alice.messages().size());
    }
  }

  @Test
  void oldUnconfirmedMessageIsSentOnlyIfTheUserWantsIt() {
    Visitor alice = signIn("alice");
    alice.tab().eval(LOSE_MESSAGES);
    alice.say("first");
    alice.awaitLast("You: first (Sending …)");
    alice
        .tab()
        .eval(
            "(state => { state.unsent.messages[0].time -= 60000;"
                + " sessionStorage.setItem('agentcore', JSON.stringify(state)); })"
                + "(JSON.parse(sessionStorage.getItem('agentcore')))");
    alice.tab().reload();
    alice.awaitText("The page was closed before the server answered.");
    alice.awaitLast("You: first (Not sent)");
    alice.tab().click(".failure button", "Try again");
    alice.awaitLast("You: first (Sent)");
    assertFalse(stored(alice).contains("first"));
  }

  @Test
  void failedMessageSurvivesAReloadUntilItIsDiscarded() {
    Visitor alice = signIn("alice");
    failToWriteTo(alice, "ghost", "Boo");
    alice.tab().reload();
    alice.open("ghost");
    alice.awaitLast("You: Boo (Not sent)");
    alice.awaitText("No user with that name is known here.");
    alice.tab().screenshot("failed");
    alice.tab().click(".failure button", "Discard");
    alice.awaitCount(0);
    alice.tab().reload();
    alice.awaitOpen("lobby");
    assertFalse(alice.tab().is("people.children.length > 0"));
  }

  @Test
  void editingAFailedMessageKeepsTheDraft() {
    Visitor alice = signIn("alice");
    failToWriteTo(alice, "ghost", "Boo");
    type(alice, "Are you there?");
    alice.tab().click(".failure button", "Edit");
    awaitDraft(alice, "Boo\nAre you there?");
    alice.awaitCount(0);
    alice.tab().reload();
    alice.open("ghost");
    awaitDraft(alice, "Boo\nAre you there?");
  }

  @Test
  void closingAConversationAndSigningOutAskBeforeTheyDiscardMessages() {
    Visitor alice = signIn("alice");
    failToWriteTo(alice, "ghost", "Boo");
    alice.tab().click("#leave");
    alice.awaitText("Some of your messages were not sent.");
    alice.tab().click("#notices button", "Keep them");
    alice.awaitNoText("Some of your messages were not sent.");
    alice.awaitLast("You: Boo (Not sent)");
    alice.tab().click("#sign-out");
    alice.tab().click("#notices button", "Keep them");
    alice.awaitLast("You: Boo (Not sent)");
    alice.tab().click("#leave");
    alice.tab().click("#notices button", "Discard them and close");
    alice.awaitOpen("lobby");
    assertFalse(stored(alice).contains("Boo"));
    assertFalse(alice.tab().is("people.children.length > 0"));
    failToWriteTo(alice, "ghost", "Boo");
    alice.tab().click("#sign-out");
    alice.tab().click("#notices button", "Discard them and sign out");
    awaitSignedOut(alice);
    assertFalse(stored(alice).contains("Boo"));
  }

  @Test
  void removalFromARoomOffersWhatWasNotSent() {
    Visitor alice = signIn("alice");
    Visitor bob = signIn("bob");
    alice.create("den", "public");
    bob.tab().click("#others button", "Join den");
    bob.awaitOpen("den");
    type(bob, "I wanted to say");
    alice.tab().click("#toggle-members");
    alice.tab().click("#member-list button", "Remove bob");
    bob.awaitText("You were removed from den. What you wrote there was not sent.");
    bob.awaitOpen("lobby");
    awaitDraft(bob, "");
    assertTrue(stored(bob).contains("I wanted to say"));
    bob.tab().click("#notices button", "Discard it");
    assertFalse(stored(bob).contains("I wanted to say"));
  }
}
