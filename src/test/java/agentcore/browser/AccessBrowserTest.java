package agentcore.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.RawClient;
import agentcore.testkit.process.ServerProcess;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Focus, dialogs, invitations, writing directions, small screens and the installed page. */
class AccessBrowserTest extends BrowserTest {
  private static final String HEBREW = "\u05d3\u05e0\u05d9\u05d0\u05dc";

  private final ServerProcess server = closeLater(ServerProcess.start(Map.of()));

  private RawClient connect(String user) {
    RawClient client = closeLater(server.connect(user));
    client.nextJson("welcome");
    return client;
  }

  private static void create(RawClient client, String room) {
    client.send(
        "{\"type\":\"create_room\",\"data\":{\"room_name\":%s,\"is_public\":false}}"
            .formatted(Tab.quoted(room)));
    client.nextJson("room_info");
  }

  private static void invite(RawClient client, String room, String user) {
    client.send(
        "{\"type\":\"invite_user\",\"data\":{\"room\":%s,\"target_user_id\":%s}}"
            .formatted(Tab.quoted(room), Tab.quoted(user)));
  }

  @Test
  void privateRoomIsLeftOnlyAfterAQuestion() {
    Visitor alice = signIn(server.port(), "alice");
    Tab tab = alice.tab();
    alice.create("open", "public");
    tab.click("#leave");
    alice.awaitOpen("lobby");
    alice.create("den", "private");
    tab.click("#leave");
    tab.await("document.getElementById('leave-dialog').open");
    assertEquals(
        "Leave den?",
        tab.eval("document.querySelector('dialog[open] h2').innerText").getAsString());
    tab.press("Escape");
    tab.await("!document.getElementById('leave-dialog').open");
    alice.awaitOpen("den");
    tab.click("#leave");
    tab.click("#leave-dialog .primary");
    alice.awaitOpen("lobby");
    tab.await("rooms.children.length === 1");
  }

  @Test
  void dialogThatAsksAboutARoomLeavesNoOtherRoom() {
    RawClient bob = connect("bob");
    create(bob, "den");
    Visitor alice = signIn(server.port(), "alice");
    invite(bob, "den", "alice");
    alice.tab().click(".notice button", "Join");
    alice.awaitOpen("den");
    alice.tab().click("#leave");
    alice.tab().await("document.getElementById('leave-dialog').open");
    bob.send("{\"type\":\"remove_user\",\"data\":{\"room\":\"den\",\"target_user_id\":\"alice\"}}");
    alice.awaitOpen("lobby");
    alice.tab().click("#leave-dialog .primary");
    alice.tab().await("!document.getElementById('leave-dialog').open");
    alice.say("still here");
    alice.awaitLast("You: still here (Sent)");
  }

  @Test
  void invitationThatWasPutOffStaysInTheListAndPrivateRoomIsJoinedByItsName() {
    RawClient bob = connect("bob");
    create(bob, "den");
    create(bob, "cellar");
    Visitor alice = signIn(server.port(), "alice");
    Tab tab = alice.tab();
    tab.click("#join-room");
    tab.type("den");
    tab.press("Enter");
    tab.await("document.querySelector('#join-dialog .problem').textContent.includes('private')");
    tab.press("Escape");
    invite(bob, "den", "alice");
    invite(bob, "cellar", "alice");
    tab.await("document.querySelectorAll('.notice').length === 2");
    tab.click(".notice button", "Not now");
    tab.click(".notice button", "Not now");
    tab.await(
        "document.querySelectorAll('.notice').length === 0 && invitations.children.length === 2");
    tab.reload();
    Visitor.signedIn(tab);
    tab.await("invitations.children.length === 2");
    tab.click("#invitations button", "cellar");
    alice.awaitOpen("cellar");
    tab.await("invitations.children.length === 1");
    tab.click("#join-room");
    tab.type("den");
    tab.press("Enter");
    alice.awaitOpen("den");
    tab.await("!document.getElementById('invitations-part').checkVisibility()");
  }

  @Test
  void focusMovesIntoDialogsAndPanelsAndReturns() {
    Visitor alice = signIn(server.port(), "alice");
    Tab tab = alice.tab();
    alice.create("den", "private");
    for (String opener : List.of("new-room", "join-room", "new-private", "leave")) {
      tab.click("#" + opener);
      tab.await("document.activeElement.closest('dialog[open]') !== null");
      tab.press("Escape");
      tab.await("document.querySelector('dialog[open]') === null");
      assertEquals(opener, tab.eval("document.activeElement.id").getAsString());
    }
    tab.click("#toggle-members");
    tab.await("members.contains(document.activeElement)");
    tab.press("Escape");
    tab.await("!members.checkVisibility() && document.activeElement.id === 'toggle-members'");
  }

  @Test
  void composerStaysInViewAboveAKeyboardOnTheScreen() {
    Tab tab = open(server.port());
    tab.phone(360, 720);
    Visitor alice = Visitor.signIn(tab, "alice");
    String isInView =
        "(r => r.top >= 0 && r.bottom <= %s)(document.getElementById('send').getBoundingClientRect())";
    alice.say("One");
    alice.awaitLast("You: One (Sent)");
    tab.phone(360, 380); // the keyboard shrinks the page
    tab.await(isInView.formatted("innerHeight"));
    tab.await("log.scrollHeight - log.scrollTop - log.clientHeight < 2");
    tab.screenshot("phone-keyboard");
    tab.phone(360, 720);
    assertFalse(tab.is(isInView.formatted(380)));
    tab.eval("Object.defineProperty(visualViewport, 'height', { value: 380, configurable: true })");
    tab.eval("visualViewport.dispatchEvent(new Event('resize'))"); // the keyboard covers the page
    tab.await(isInView.formatted(380));
    tab.eval("delete visualViewport.height");
    tab.eval("visualViewport.dispatchEvent(new Event('resize'))");
    tab.await("!(%s)".formatted(isInView.formatted(380)));
    tab.await(isInView.formatted("innerHeight"));
  }

  @Test
  void namesKeepTheirWritingDirection() {
    RawClient daniel = connect(HEBREW);
    create(daniel, HEBREW + " 1");
    Visitor alice = signIn(server.port(), "alice");
    Tab tab = alice.tab();
    invite(daniel, HEBREW + " 1", "alice");
    tab.await("document.querySelectorAll('.notice bdi').length === 2");
    tab.click(".notice button", "Join");
    alice.awaitOpen(HEBREW + " 1");
    daniel.send(
        "{\"type\":\"chat_message\",\"data\":{\"room\":\"%s 1\",\"text\":\"%s!\"}}"
            .formatted(HEBREW, HEBREW));
    alice.awaitCount(1);
    for (String selector : List.of("#title", "#rooms [aria-current] .name", ".message .text")) {
      assertEquals(
          "rtl",
          tab.eval("getComputedStyle(document.querySelector('" + selector + "')).direction")
              .getAsString(),
          selector);
    }
    daniel.send("{\"type\":\"typing_start\",\"data\":{\"room\":\"%s 1\"}}".formatted(HEBREW));
    tab.await("document.querySelector('#typing bdi')?.textContent === '" + HEBREW + "'");
    String isolated = "\u2068" + HEBREW + " 1\u2069";
    for (String selector : List.of("#rooms [aria-current]", "#text")) {
      String label = tab.eval("document.querySelector('" + selector + "').ariaLabel").getAsString();
      assertTrue(label.contains(isolated), label);
    }
    assertEquals(
        "ltr",
        tab.eval("getComputedStyle(document.getElementById('own-name')).direction").getAsString());
  }

  @Test
  void nothingMovesForUsersWhoPreferThat() {
    Visitor alice = signIn(server.port(), "alice");
    Tab tab = alice.tab();
    RawClient bob = connect("bob");
    create(bob, "one");
    create(bob, "two");
    tab.eval("window.moves = 0; document.addEventListener('animationstart', () => window.moves++)");
    tab.reducedMotion(true);
    invite(bob, "one", "alice");
    alice.awaitText("bob invites you to one.");
    tab.eval("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
    assertEquals(0, tab.eval("window.moves + document.getAnimations().length").getAsInt());
    tab.reducedMotion(false);
    invite(bob, "two", "alice");
    tab.await("window.moves > 0");
  }

  @Test
  void pageCanBeInstalled() {
    Tab tab = open(server.port());
    // A test's tab is in a context of its own, like a private window.
    assertEquals(List.of("in-incognito"), tab.installabilityErrors());
  }
}
