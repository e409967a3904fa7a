package agentcore.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.auth.JsonWebTokens;
import agentcore.core.auth.SigningKeys;
import agentcore.core.message.Event;
import agentcore.testkit.RawClient;
import agentcore.testkit.TestServer;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The functions of the chat page. */
class ChatBrowserTest extends BrowserTest {
  private final TestServer server =
      closeLater(TestServer.startWithPage(Map.of("RATE_LIMIT_MESSAGES", "0")));

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
  void privateMessagesReachOnlyRecipient() {
    Visitor alice = signIn("alice");
    Visitor bob = signIn("bob");
    Visitor carol = signIn("carol");
    alice.tab().click("#toggle-members");
    alice.tab().click("#member-list button", "Write to bob");
    alice.awaitOpen("bob");
    alice.say("Psst");
    alice.awaitLast("You: Psst (Sent)");
    bob.tab().click("#people button", "alice, 1 unread");
    bob.awaitLast("alice: Psst");
    bob.say("What?");
    alice.awaitLast("bob: What?");
    carol.say("Good morning");
    carol.awaitLast("You: Good morning (Sent)");
    assertFalse(carol.tab().is("people.children.length > 0"));
  }

  @Test
  void rowOfAMemberStaysTheSameWhileOthersCome() {
    Visitor alice = signIn("alice");
    signIn("bob");
    alice.tab().click("#toggle-members");
    String rows = "[...document.querySelectorAll('#member-list li')]";
    alice.tab().await(rows + ".length === 2");
    alice.tab().eval(rows + ".at(-1).isBob = true");
    signIn("carol");
    alice.tab().await(rows + ".length === 3");
    assertTrue(alice.tab().is(rows + ".some(row => row.isBob)"));
  }

  @Test
  void messageOfTheServerIsMarkedAndNeverTakenForAUsersOwn() {
    Visitor alice = signIn("alice");
    alice.say("one");
    alice.awaitLast("You: one (Sent)");
    Event event = Event.of("chat_message").with("user_id", "/server").with("username", "alice");
    server.core().room("lobby").publish(event.with("room", "lobby").with("text", "two"));
    alice.awaitLast("alice (server): two");
    assertFalse(
        alice.tab().is("document.querySelector('.message:last-child').matches('.follows')"));
    server
        .core()
        .user("alice")
        .send(
            Event.of("private_message")
                .with("from_user_id", "/server")
                .with("from_username", "ci")
                .with("text", "three"));
    alice.tab().click("#people button", "ci, 1 unread");
    alice.awaitLast("ci (server): three");
  }

  @Test
  void privateConversationSurvivesAReloadAndIsOnAllDevices() {
    Visitor alice = signIn("alice");
    Visitor phone = signIn("alice");
    Visitor bob = signIn("bob");
    alice.tab().click("#toggle-members");
    alice.tab().click("#member-list button", "Write to bob");
    alice.say("Psst");
    alice.awaitLast("You: Psst (Sent)");
    phone.tab().click("#people button", "bob");
    phone.awaitLast("You: Psst (Sent)");
    bob.tab().click("#people button", "alice, 1 unread");
    bob.say("What?");
    for (Visitor device : List.of(alice, phone)) {
      device.awaitLast("bob: What?");
    }
    bob.tab().reload();
    bob.awaitOpen("lobby");
    bob.tab().click("#people button", "alice");
    bob.awaitLast("You: What? (Sent)");
    assertEquals(List.of("alice: Psst", "You: What? (Sent)"), bob.messages());
  }

  @Test
  void neverRendersTextAsHtml() {
    String text =
        "<img src=x onerror=\"document.title='broken'\"><script>alert(1)</script> &amp; <b>bold</b>";
    Visitor alice = signIn("<b>alice");
    Visitor bob = signIn("bob");
    alice.say(text);
    bob.awaitLast("<b>alice: " + text);
    alice.create("<i>den<i>", "public");
    invite(alice, "bob");
    bob.awaitText("<b>alice invites you to <i>den<i>.");
    bob.tab().click("#notices button", "Join");
    bob.awaitOpen("<i>den<i>");
    assertFalse(bob.tab().is("document.querySelector('#chat :is(b, i, img, script)')"));
    assertFalse(bob.tab().is("document.title.includes('broken')"));
  }

  private static void invite(Visitor visitor, String guest) {
    if (!visitor.tab().is("members.checkVisibility()")) {
      visitor.tab().click("#toggle-members");
    }
    visitor.tab().click("#invitee");
    visitor.tab().type(guest);
    visitor.tab().click("#invite button");
    visitor.awaitText(guest + " was invited to ");
  }

  @Test
  void openInvitationIsShownAgainAfterAReload() {
    Visitor alice = signIn("alice");
    Visitor bob = signIn("bob");
    alice.create("den", "private");
    invite(alice, "bob");
    String sentence = "alice invites you to den.";
    bob.awaitText(sentence);
    bob.tab().click("#notices button", "Not now");
    bob.awaitNoText(sentence);
    bob.tab().reload();
    bob.awaitText(sentence);
    Visitor phone = signIn("bob");
    phone.tab().click("#notices button", "Join");
    phone.awaitOpen("den");
    bob.tab().await("rooms.textContent.includes('den')"); // the room follows him
    bob.awaitNoText(sentence);
    bob.tab().reload();
    bob.tab().await("rooms.textContent.includes('den')");
    assertFalse(bob.tab().is("document.body.innerText.includes(" + Tab.quoted(sentence) + ")"));
  }

  /** Waits until a room or conversation has this label in the list. */
  private static void awaitLabel(Visitor visitor, String name, String label) {
    visitor
        .tab()
        .await(
            "[...document.querySelectorAll('#rooms button, #people button')]"
                + ".find(b => b.querySelector('.name').textContent === %s)?.ariaLabel.replace(/[\\u2068\\u2069]/g, '') === %s"
                    .formatted(Tab.quoted(name), Tab.quoted(label)));
  }

  private static void say(RawClient writer, String room, String text) {
    writer.send(
        "{\"type\":\"chat_message\",\"data\":{\"room\":\"%s\",\"text\":\"%s\"}}"
            .formatted(room, text));
    writer.nextJson("chat_message");
  }

  @Test
  void unreadAndMentionsAreRightAfterAReload() {
    try (RawClient bob = server.welcomed("bob")) {
      Visitor alice = signIn("alice");
      alice.create("den", "public");
      alice.say("Come in");
      alice.awaitLast("You: Come in (Sent)");
      alice.open("lobby");
      bob.send("{\"type\":\"join_room\",\"data\":{\"room\":\"den\"}}");
      bob.nextJson("room_info");
      say(bob, "den", "Hello");
      say(bob, "den", "Are you there, @alice?");
      say(bob, "den", "me@alice.example and @alicent are others");
      String label = "Room den, 2 members, 3 unread, 1 mention";
      awaitLabel(alice, "den", label);
      assertTrue(alice.tab().is("document.title.startsWith('(3) ')"));
      assertTrue(alice.tab().is("document.querySelector('#rooms .badge.mention')"));
      alice.tab().screenshot("unread");
      alice.tab().reload();
      alice.awaitOpen("lobby");
      awaitLabel(alice, "den", label);

      alice.open("den");
      awaitLabel(alice, "den", "Room den, 2 members");
      alice.awaitCount(4);
      assertEquals(
          "[\"Are you there, @alice?\"]",
          alice
              .tab()
              .eval(
                  "[...document.querySelectorAll('.mentioning')].map(m =>"
                      + " m.querySelector('.text').textContent)")
              .toString());
      alice.tab().screenshot("mention");
      alice.tab().reload();
      alice.awaitOpen("den");
      alice.awaitCount(4);
      awaitLabel(alice, "den", "Room den, 2 members");
    }
  }

  @Test
  void marksAsReadOnlyWhatIsSeen() {
    try (RawClient bob = server.welcomed("bob")) {
      Visitor alice = signIn("alice");
      Visitor phone = signIn("alice");
      phone.create("den", "public"); // and does not look at the lobby
      alice.tab().focus(false);
      say(bob, "lobby", "one");
      alice.awaitLast("bob: one");
      for (Visitor device : List.of(alice, phone)) {
        awaitLabel(device, "lobby", "Room lobby, 2 members, 1 unread");
      }
      alice.tab().focus(true);
      for (Visitor device : List.of(alice, phone)) {
        awaitLabel(device, "lobby", "Room lobby, 2 members");
      }
      for (int i = 1; i <= 30; i++) {
        say(bob, "lobby", "line " + i);
      }
      alice.awaitLast("bob: line 30");
      awaitLabel(phone, "lobby", "Room lobby, 2 members");
      alice.tab().wheel("#log", -100_000);
      alice.tab().await("log.scrollTop < 100");
      say(bob, "lobby", "below");
      for (Visitor device : List.of(alice, phone)) {
        awaitLabel(device, "lobby", "Room lobby, 2 members, 1 unread");
      }
      alice.tab().click("#to-end");
      for (Visitor device : List.of(alice, phone)) {
        awaitLabel(device, "lobby", "Room lobby, 2 members");
      }
    }
  }

  @Test
  void blockedUserCannotWrite() {
    Visitor alice = signIn("alice");
    Visitor bob = signIn("bob");
    alice.tab().click("#toggle-members");
    alice.tab().click("#member-list button", "Block bob");
    alice.awaitText("Block bob?");
    alice.tab().click("#block-dialog [value=cancel]");
    alice.tab().click("#member-list button", "Block bob");
    alice.tab().click("#block-dialog .primary");
    alice
        .tab()
        .await(
            "[...document.querySelectorAll('#member-list button')].some(b => b.ariaLabel === 'Unblock \\u2068bob\\u2069')");
    bob.tab().click("#toggle-members");
    bob.tab().click("#member-list button", "Write to alice");
    bob.say("Psst");
    bob.awaitText("No user with that name is known here.");
    alice.tab().reload();
    alice.awaitOpen("lobby");
    alice.tab().click("#toggle-members");
    alice.tab().click("#member-list button", "Unblock bob");
    alice
        .tab()
        .await(
            "[...document.querySelectorAll('#member-list button')].some(b => b.ariaLabel === 'Block \\u2068bob\\u2069')");
    bob.tab().click(".failure button", "Edit");
    bob.tab().press("Enter");
    bob.awaitLast("You: Psst (Sent)");
    awaitLabel(alice, "bob", "bob, 1 unread");
  }

  @Test
  void privateRoomAdmitsOnlyInvitedUsers() {
    Visitor alice = signIn("alice");
    Visitor bob = signIn("bob");
    Visitor carol = signIn("carol");
    alice.create("den", "private");
    alice.say("First");
    alice.awaitLast("You: First (Sent)");
    invite(alice, "bob");
    bob.tab().click("#notices button", "Join");
    bob.awaitOpen("den");
    bob.awaitLast("alice: First");
    bob.awaitText("Private room · 2 members");
    alice.awaitText("Private room · 2 members");
    carol.tab().click("#new-room");
    carol.tab().type("den");
    carol.tab().press("Enter");
    carol.awaitText("A room with that name already exists.");
    assertFalse(carol.tab().is("others.textContent.includes('den')"));
    alice.tab().click("#member-list button", "Remove bob");
    bob.awaitText("You were removed from den.");
    bob.awaitOpen("lobby");
  }

  @Test
  void showsTypingUntilItEnds() {
    Visitor alice = signIn("alice");
    Visitor bob = signIn("bob");
    alice.tab().click("#text");
    alice.tab().type("H");
    bob.awaitText("alice is typing …");
    alice.tab().type("ello");
    alice.tab().press("Enter");
    bob.awaitNoText("is typing");
    alice.tab().type("and");
    bob.awaitText("alice is typing …");
    bob.awaitNoText("is typing"); // expires after some seconds
  }

  @Test
  void showsTypingInAPrivateConversation() {
    Visitor alice = signIn("alice");
    Visitor bob = signIn("bob");
    alice.tab().click("#toggle-members");
    alice.tab().click("#member-list button", "Write to bob");
    alice.say("Psst");
    bob.tab().click("#people button", "alice");
    bob.awaitLast("alice: Psst");
    alice.tab().type("And");
    bob.awaitText("alice is typing …");
    alice.tab().press("Enter");
    bob.awaitLast("alice: And");
    bob.awaitNoText("is typing");
  }

  @Test
  void loadsOlderMessagesWhileScrollingUp() {
    try (RawClient writer = server.connect("writer")) {
      writer.nextJson("welcome");
      for (int i = 1; i <= 130; i++) {
        writer.send(
            "{\"type\":\"chat_message\",\"data\":{\"room\":\"lobby\",\"text\":\"No. %d\"}}"
                .formatted(i));
        writer.nextJson("chat_message");
      }
      Visitor alice = signIn("alice");
      alice.awaitCount(50);
      alice.awaitLast("writer: No. 130");
      for (int count : new int[] {100, 130}) {
        String first = alice.messages().getFirst();
        alice.tab().wheel("#log", -100_000);
        alice.awaitCount(count);
        // The scroll position is kept: the previous first message is still visible.
        alice.tab().await(top(first) + " > 0 && " + top(first) + " < innerHeight");
      }
      alice.awaitText("This is the beginning of lobby");
      for (int i = 0; i < 130; i++) {
        assertEquals("writer: No. " + (i + 1), alice.messages().get(i));
      }
    }
  }

  private static String top(String message) {
    String text = Tab.quoted(message.substring(message.indexOf(':') + 2));
    return "[...document.querySelectorAll('.text')].find(e => e.textContent === %s).getBoundingClientRect().top"
        .formatted(text);
  }

  @Test
  void twoTabsOfOneUserAreOneMember() {
    Visitor alice = signIn("alice");
    Visitor again = Visitor.signIn(openBeside(alice.tab(), server.port()), "alice");
    again.awaitText("1 member\n");
    alice.say("From here");
    again.awaitLast("You: From here (Sent)");
    again.say("From there");
    alice.awaitLast("You: From there (Sent)");
    assertEquals(2, alice.messages().size());
    alice.tab().click("#toggle-members");
    alice.awaitText("you · 2 devices");
  }

  @Test
  void reloadReturnsToOpenRoom() {
    Visitor alice = signIn("alice");
    alice.create("den", "public");
    alice.say("Here I am");
    alice.awaitLast("You: Here I am (Sent)");
    alice.tab().eval("location.reload()");
    Visitor back = Visitor.signedIn(alice.tab());
    back.awaitOpen("den");
    back.awaitLast("You: Here I am (Sent)");
    back.tab().click("#sign-out");
    back.awaitText("Pick a name to enter.");
  }

  @Test
  void asksForTokenWhereServerRequiresIt() {
    String secret = "a secret of at least thirty-two bytes";
    TestServer strict = closeLater(TestServer.startWithPage(Map.of("AUTH_SECRET", secret)));
    Tab tab = open(strict.port());
    tab.click("#name");
    tab.type("alice");
    tab.press("Enter");
    tab.await("document.body.innerText.includes('This server requires a token')");
    tab.click("#token");
    tab.type(
        new JsonWebTokens(SigningKeys.parse(secret), Clock.systemUTC())
            .sign("alice", Duration.ofMinutes(1)));
    tab.press("Enter");
    Visitor alice = Visitor.signedIn(tab);
    alice.say("With a token");
    alice.awaitLast("You: With a token (Sent)");
  }

  @Test
  void explainsInvalidName() {
    Tab tab = open(server.port());
    tab.click("#name");
    tab.type("a/b");
    tab.press("Enter");
    tab.await("document.body.innerText.includes('A name cannot contain a slash')");
  }

  @Test
  void refusedMessageCanBeDiscarded() {
    Visitor alice = signIn("alice");
    alice.tab().click("#new-private");
    alice.tab().type("ghost");
    alice.tab().press("Enter");
    alice.awaitOpen("ghost");
    alice.say("Boo");
    alice.awaitText("No user with that name is known here.");
    alice.awaitText("Not sent");
    alice.tab().click("button", "Discard");
    alice.awaitCount(0);
  }
}
