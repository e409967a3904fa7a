package agentcore.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.RawClient;
import agentcore.testkit.TestServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How users of the chat page find rooms, people and the messages that are new to them. */
class FindBrowserTest extends BrowserTest {
  private final TestServer server =
      closeLater(TestServer.startWithPage(Map.of("RATE_LIMIT_MESSAGES", "0")));

  private Visitor signIn(String name) {
    return signIn(server.port(), name);
  }

  private static String names(Visitor visitor, String selector) {
    return visitor
        .tab()
        .eval("[...document.querySelectorAll('%s')].map((e) => e.textContent)".formatted(selector))
        .toString();
  }

  private static void say(RawClient client, String room, String text) {
    client.send(
        "{\"type\":\"chat_message\",\"data\":{\"room\":\"%s\",\"text\":\"%s\"}}"
            .formatted(room, text));
    client.nextJson("chat_message");
  }

  @Test
  void roomsAreInNaturalOrderAndFiltered() {
    Visitor alice = signIn("alice");
    for (String room : List.of("room10", "Room2", "den")) {
      alice.create(room, "public");
    }
    assertEquals("[\"den\",\"lobby\",\"Room2\",\"room10\"]", names(alice, "#rooms .name"));
    alice.tab().click("#filter");
    alice.tab().type("room1");
    assertEquals("[\"room10\"]", names(alice, "#rooms .name"));
    alice.tab().press("Enter");
    alice.awaitOpen("room10");
    assertEquals("[\"den\",\"lobby\",\"Room2\",\"room10\"]", names(alice, "#rooms .name"));
    alice.tab().click("#filter");
    alice.tab().type("nowhere");
    alice.awaitText("Nothing in this list has such a name.");
    alice.tab().press("Escape");
    alice.awaitNoText("Nothing in this list has such a name.");
  }

  @Test
  void controlKOpensRoomsAndPeopleByName() {
    Visitor bob = signIn("bob");
    bob.create("attic", "public");
    Visitor alice = signIn("alice");
    alice.create("den", "public");
    alice.tab().control('k');
    alice.tab().type("lob");
    alice.tab().press("Enter");
    alice.awaitOpen("lobby");
    assertTrue(alice.tab().is("document.activeElement.id === 'text'"));
    alice.tab().control('k');
    alice.tab().type("bo");
    alice.tab().await("document.querySelectorAll('#switcher-list li').length > 1");
    assertEquals(
        "[\"bob, new direct message\",\"bo, new direct message\",\"bo, room to join\"]",
        alice
            .tab()
            .eval(
                "[...document.querySelectorAll('#switcher-list li')].map((e) => e.ariaLabel.replace(/[\\u2068\\u2069]/g, ''))")
            .toString());
    alice.tab().screenshot("switcher");
    alice.tab().press("ArrowDown");
    assertEquals(
        "bo",
        alice
            .tab()
            .eval("document.querySelector('#switcher-list [aria-selected=true] .name').textContent")
            .getAsString());
    alice.tab().press("ArrowDown");
    alice.tab().press("ArrowDown");
    alice.tab().press("Enter");
    alice.awaitOpen("bob");
    alice.tab().control('k');
    alice.tab().type("attic");
    alice.tab().press("Enter");
    alice.awaitOpen("attic");
    alice.tab().control('k');
    alice.tab().press("Escape");
    alice.tab().await("!document.querySelector('#switcher').open");
  }

  @Test
  void authorOpensDirectMessages() {
    Visitor bob = signIn("bob");
    Visitor alice = signIn("alice");
    bob.say("Hello");
    alice.awaitLast("bob: Hello");
    alice.tab().click(".author button", "bob");
    alice.awaitOpen("bob");
    alice.awaitText("Direct messages, which only the two of you can see");
    alice.awaitText("Write the first message below.");
    assertEquals("[\"bob\"]", names(alice, "#people .name"));
  }

  @Test
  void keyboardReachesAuthors() {
    Visitor bob = signIn("bob");
    Visitor carol = signIn("carol");
    Visitor alice = signIn("alice");
    bob.say("One");
    alice.awaitLast("bob: One");
    carol.say("Two");
    alice.awaitLast("carol: Two");
    Tab tab = alice.tab();
    tab.tabTo("Messages");
    tab.press("Tab");
    String focused = "document.activeElement.textContent";
    assertEquals("carol", tab.eval(focused).getAsString());
    tab.press("ArrowUp");
    tab.press("ArrowUp"); // there is none above
    assertEquals("bob", tab.eval(focused).getAsString());
    tab.press("Tab", true);
    tab.press("ArrowDown"); // the log scrolls
    assertEquals("log", tab.eval("document.activeElement.id").getAsString());
    tab.press("Tab");
    tab.press("ArrowDown");
    assertEquals("carol", tab.eval(focused).getAsString());
    tab.press("Enter");
    alice.awaitOpen("carol");
  }

  @Test
  void buttonsTellOfUnreadConversationsBeyondTheVisiblePart() {
    try (RawClient alice = server.welcomed("alice");
        RawClient bob = server.welcomed("bob")) {
      for (int i = 10; i < 50; i++) {
        bob.send("{\"type\":\"create_room\",\"data\":{\"room_name\":\"room%d\"}}".formatted(i));
        bob.nextJson("room_info");
        alice.send("{\"type\":\"join_room\",\"data\":{\"room\":\"room%d\"}}".formatted(i));
        alice.nextJson("room_info");
      }
      Visitor visitor = signIn("alice");
      Tab tab = visitor.tab();
      tab.await("document.querySelectorAll('#rooms .name').length === 41");
      visitor.open("lobby");
      String above = "document.getElementById('unread-above')";
      String below = "document.getElementById('unread-below')";
      say(bob, "room11", "in view");
      tab.await("document.querySelector('#rooms .badge')");
      assertTrue(tab.is(above + ".hidden && " + below + ".hidden"));
      say(bob, "room40", "One");
      say(bob, "room45", "Two");
      tab.await(below + ".textContent === '2 unread below ↓'");
      tab.screenshot("unread-below");
      tab.click("#unread-below");
      tab.await("document.activeElement.textContent.includes('room40')");
      tab.await(above + ".textContent === '1 unread above ↑' && !" + above + ".hidden");
      tab.await(below + ".hidden");
      tab.press("Enter");
      visitor.awaitOpen("room40");
      tab.click("#unread-above");
      tab.await(above + ".hidden && " + below + ".textContent === '1 unread below ↓'");
    }
  }

  @Test
  void lineMarksWhatIsNewAndButtonLeadsToTheEnd() {
    try (RawClient bob = server.welcomed("bob")) {
      Visitor alice = signIn("alice");
      alice.create("den", "public");
      bob.send("{\"type\":\"join_room\",\"data\":{\"room\":\"den\"}}");
      bob.nextJson("room_info");
      say(bob, "den", "Seen");
      alice.awaitLast("bob: Seen");
      alice.open("lobby");
      for (int i = 1; i <= 40; i++) {
        say(bob, "den", "New " + i);
      }
      alice.tab().await("document.querySelector('#rooms .badge')?.textContent === '40'");
      alice.open("den");
      alice.tab().await("document.querySelector('.divider.new')");
      String line = "document.querySelector('.divider.new')";
      assertTrue(alice.tab().is(line + ".textContent.startsWith('New since ')"));
      assertEquals(
          "New 1",
          alice
              .tab()
              .eval(line + ".nextElementSibling.querySelector('.text').textContent")
              .getAsString());
      alice.tab().await(line + ".getBoundingClientRect().top < innerHeight / 2");
      alice.tab().await("document.querySelector('#to-end').textContent === '40 new messages ↓'");
      alice.tab().screenshot("unread-line");
      alice.tab().click("#to-end");
      alice.awaitLast("bob: New 40");
      alice.tab().await("!document.querySelector('#rooms .badge')");
      assertTrue(alice.tab().is(line), "the line stays until the room is closed");
      alice.open("lobby");
      alice.open("den");
      alice.awaitLast("bob: New 40");
      alice.tab().await("!" + line);
    }
  }

  @Test
  void lineIsAboveWhatArrivesWhileTheWindowHasNoFocus() {
    try (RawClient bob = server.welcomed("bob")) {
      Visitor alice = signIn("alice");
      say(bob, "lobby", "Seen");
      alice.awaitLast("bob: Seen");
      alice.tab().await("document.title.startsWith('lobby')");
      alice.tab().focus(false);
      say(bob, "lobby", "New");
      alice.awaitLast("bob: New");
      String above = "document.querySelector('.divider.new')?.nextElementSibling.textContent";
      alice.tab().await(above + ".includes('New')");
      alice.tab().focus(true);
      alice.say("Back");
      alice.awaitLast("You: Back (Sent)");
      alice.tab().await("!document.querySelector('.divider.new')");
    }
  }

  @Test
  void namesThatBeginAlikeAreToldApart() {
    Visitor alice = signIn("alice");
    String start = "a-long-name-that-many-rooms-begin-with-";
    alice.create(start + "2025", "public");
    alice.create(start + "2026", "public");
    assertEquals("[\"th-2025\",\"th-2026\"]", names(alice, "#rooms .ending"));
    assertTrue(
        alice
            .tab()
            .is(
                "[...document.querySelectorAll('#rooms .ending')].every((e) => e.getBoundingClientRect().right <= sidebar.getBoundingClientRect().right)"));
    assertTrue(
        alice.tab().is("document.querySelector('#rooms .name.long').title.endsWith('2025')"));
    alice.tab().screenshot("long-names");
  }
}
