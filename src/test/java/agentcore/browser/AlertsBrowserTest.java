package agentcore.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.RawClient;
import agentcore.testkit.TestServer;
import com.google.gson.Gson;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Notifications, the sound, and the number of unread messages in the tab's title and icon. */
class AlertsBrowserTest extends BrowserTest {
  /** Records notifications and sounds, which a headless browser neither shows nor plays. */
  private static final String RECORD =
      """
      window.alerted = [];
      window.sounds = 0;
      window.violations = 0;
      addEventListener('securitypolicyviolation', () => window.violations++);
      window.Notification = class {
        static permission = localStorage.getItem('test-permission') ?? 'default';
        static async requestPermission() {
          Notification.permission = localStorage.getItem('test-answer') ?? 'granted';
          localStorage.setItem('test-permission', Notification.permission);
          return Notification.permission;
        }
        constructor(title, { body, tag }) {
          window.alerted.push(`${title}: ${body}`);
          window.lastAlert = this;
        }
        close() { this.isClosed = true; }
      };
      window.OscillatorNode = class {
        connect(next) { return next; }
        start() { window.sounds++; }
        stop() {}
      };
      """;

  private final TestServer server =
      closeLater(TestServer.startWithPage(Map.of("RATE_LIMIT_MESSAGES", "0")));

  /** A picture has no icon of its own. */
  @Override
  boolean isExpected(String error) {
    return error.contains("/favicon.ico");
  }

  private Tab openRecording() {
    Tab tab = open(server.port());
    tab.beginEveryPageWith(RECORD);
    tab.go(url(server.port()));
    return tab;
  }

  private static void choose(Tab tab, String about, boolean withSound) {
    tab.click("#alerts");
    tab.click("#alerts-dialog [value=%s]".formatted(about));
    if (withSound != tab.is("document.querySelector('[name=sound]').checked")) {
      tab.click("#alerts-dialog [name=sound]");
    }
    tab.click("#alerts-dialog .primary");
  }

  private static void say(RawClient writer, String room, String text) {
    writer.send(
        "{\"type\":\"chat_message\",\"data\":{\"room\":%s,\"text\":%s}}"
            .formatted(Tab.quoted(room), Tab.quoted(text)));
    writer.nextJson("chat_message");
  }

  private static void write(RawClient writer, String user, String text) {
    writer.send(
        "{\"type\":\"private_message\",\"data\":{\"target_user_id\":%s,\"text\":%s}}"
            .formatted(Tab.quoted(user), Tab.quoted(text)));
    writer.nextJson("private_message_sent");
  }

  private static void awaitAlerts(Tab tab, String... alerts) {
    tab.await("JSON.stringify(alerted) === " + Tab.quoted(new Gson().toJson(List.of(alerts))));
  }

  @Test
  void tellsOnlyWhatConcernsTheUserAndOnlyWhileTheUserLooksElsewhere() {
    try (RawClient bob = server.welcomed("bob")) {
      Tab tab = openRecording();
      Visitor alice = Visitor.signIn(tab, "alice");
      tab.focus(false);
      write(bob, "alice", "before it is on");
      alice.tab().await("people.children.length === 1");
      tab.await("alerts.ariaLabel === 'Notifications are off'");
      tab.focus(true);
      choose(tab, "me", false);
      tab.await("alerts.ariaLabel === 'Notifications are on for messages to you'");
      write(bob, "alice", "while she looks");
      alice.open("lobby");
      say(bob, "lobby", "@alice, while she looks");
      alice.awaitLast("bob: @alice, while she looks");
      tab.focus(false);
      say(bob, "lobby", "to nobody");
      say(bob, "lobby", "to @alice");
      write(bob, "alice", "in private " + "x".repeat(200));
      awaitAlerts(tab, "bob in lobby: to @alice", "bob: in private " + "x".repeat(189) + " …");
      Visitor phone = signIn(server.port(), "alice");
      phone.say("@alice, from herself");
      alice.awaitLast("You: @alice, from herself (Sent)");
      assertEquals(2, tab.eval("alerted.length").getAsInt());
      assertEquals(0, tab.eval("sounds").getAsInt());
      tab.eval("lastAlert.onclick()");
      alice.awaitOpen("bob");
      assertTrue(tab.is("lastAlert.isClosed"));
    }
  }

  @Test
  void tellsOfAllMessagesWithASoundIfAskedToAndRemembersIt() {
    try (RawClient bob = server.welcomed("bob")) {
      Tab tab = openRecording();
      Visitor alice = Visitor.signIn(tab, "alice");
      choose(tab, "all", true);
      tab.await("sounds === 2"); // two notes, to try it
      tab.click("#alerts");
      tab.await("document.querySelector('#alerts-dialog [value=all]').checked");
      tab.screenshot("alerts");
      tab.click("#alerts-dialog [value=cancel]");
      tab.reload();
      alice.awaitOpen("lobby");
      tab.await("alerts.ariaLabel === 'Notifications are on for all messages'");
      tab.click("#text"); // browsers permit sounds after the first click
      tab.focus(false);
      say(bob, "lobby", "to nobody");
      awaitAlerts(tab, "bob in lobby: to nobody");
      assertEquals(2, tab.eval("sounds").getAsInt());
    }
  }

  @Test
  void oneOfTwoTabsTellsAndNoneWhileTheUserLooksAtOne() {
    try (RawClient bob = server.welcomed("bob")) {
      Tab first = openRecording();
      Visitor.signIn(first, "alice");
      Tab second = openBeside(first, server.port());
      second.beginEveryPageWith(RECORD);
      second.go(url(server.port()));
      Visitor alice = Visitor.signIn(second, "alice");
      choose(second, "all", true);
      first.await("alerts.ariaLabel === 'Notifications are on for all messages'");
      first.eval("Notification.permission = 'granted'"); // browsers tell all tabs
      first.focus(false);
      say(bob, "lobby", "while she looks at the second tab");
      alice.awaitLast("bob: while she looks at the second tab");
      second.focus(false);
      say(bob, "lobby", "while she looks elsewhere");
      awaitAlerts(first, "bob in lobby: while she looks elsewhere");
      first.go(url(server.port()) + "page/icon.svg");
      second.eval(
          """
          new Promise((done) => {
            const look = async () =>
                (await navigator.locks.query()).pending.length > 0 ? setTimeout(look, 10) : done();
            look();
          })""");
      say(bob, "lobby", "after the first tab was closed");
      awaitAlerts(second, "bob in lobby: after the first tab was closed");
    }
  }

  @Test
  void tellsNeitherOfOldMessagesNorOfBlockedUsers() {
    try (RawClient bob = server.welcomed("bob");
        RawClient carol = server.welcomed("carol")) {
      bob.nextJson("user_joined_room");
      Tab tab = openRecording();
      Visitor alice = Visitor.signIn(tab, "alice");
      choose(tab, "all", false);
      tab.click("#toggle-members");
      tab.click("#member-list button", "Block bob");
      tab.click("#block-dialog .primary");
      tab.await(
          "[...document.querySelectorAll('#member-list button')].some(b => b.ariaLabel === 'Unblock \\u2068bob\\u2069')");
      tab.focus(false);
      say(bob, "lobby", "@alice, from a blocked user");
      carol.nextJson("chat_message");
      tab.eval(
          "JSON.parse = (parse => text => { const value = parse(text);"
              + " if (value?.text?.includes('long ago')) value.timestamp -= 100; return value; })(JSON.parse)");
      say(carol, "lobby", "@alice, long ago");
      say(carol, "lobby", "one");
      awaitAlerts(tab, "carol in lobby: one");
      tab.reload(); // the messages are drawn again
      tab.focus(false);
      alice.awaitLast("carol: one");
      say(carol, "lobby", "two");
      awaitAlerts(tab, "carol in lobby: two");
    }
  }

  @Test
  void saysThatTheBrowserDoesNotPermitNotifications() {
    Tab tab = openRecording();
    Visitor alice = Visitor.signIn(tab, "alice");
    tab.eval("localStorage.setItem('test-answer', 'denied')");
    choose(tab, "me", false);
    alice.awaitText("The browser does not permit notifications for this page.");
    tab.click("#alerts-dialog [value=cancel]");
    tab.await("!document.querySelector('#alerts-dialog').open");
  }

  @Test
  void titleAndIconShowTheNumberOfUnreadMessages() {
    try (RawClient bob = server.welcomed("bob")) {
      Tab tab = openRecording();
      Visitor alice = Visitor.signIn(tab, "alice");
      String icon = "decodeURIComponent(document.querySelector('link[rel=icon]').href)";
      String plain = tab.eval(icon).getAsString();
      assertTrue(plain.endsWith("/page/icon.svg"), plain);
      tab.focus(false);
      for (int i = 1; i <= 10; i++) {
        write(bob, "alice", "No. " + i);
        String shown = i > 9 ? "9+" : "" + i;
        tab.await(icon + ".includes('>" + shown + "</text>')");
        tab.await("document.title.startsWith('(" + i + ") ')");
      }
      // The picture can be drawn, and the page's policy permits it.
      assertEquals(
          "32",
          tab.eval(
                  "new Promise((done, failed) => { const image = new Image(); image.onload = () => done('' + image.naturalWidth);"
                      + " image.onerror = () => failed('no picture'); image.src = document.querySelector('link[rel=icon]').href; })")
              .getAsString());
      assertEquals(0, tab.eval("violations").getAsInt());
      tab.focus(true);
      alice.open("bob");
      tab.await(icon + " === " + Tab.quoted(plain));
      tab.await("document.title === 'bob – AgentCore chat'");
    }
  }
}
