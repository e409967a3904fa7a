package agentcore.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.RawClient;
import agentcore.testkit.process.ServerProcess;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an operator sees and does on the page for operators. */
class AdminBrowserTest extends BrowserTest {
  private static final String KEY = "0123456789abcdef0123456789abcdef";
  private static final String READ = "fedcba9876543210fedcba9876543210";
  private static final String PUBLISH = "publish-publish-publish-publish-";
  private static final String HOSTILE = "<img src=x onerror=alert(1)>";

  private final ServerProcess server = start(Map.of("PORT", "0"));

  /** The browser logs every answer that is no success, and requests that were not answered. */
  @Override
  boolean isExpected(String error) {
    return error.contains("\"source\":\"network\"");
  }

  private ServerProcess start(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("API_KEYS", "ops:" + KEY + ",eye:" + READ + ":read,ci:" + PUBLISH + ":publish");
    return closeLater(ServerProcess.start(all));
  }

  private Operator signIn() {
    return Operator.signIn(openAdmin(server.port()), KEY);
  }

  private RawClient connect(String user) {
    RawClient client = server.connect(user);
    client.nextJson("welcome");
    return client;
  }

  private static void createRoom(RawClient client, String name) {
    client.send(
        "{\"type\":\"create_room\",\"data\":{\"room_name\":%s}}".formatted(Tab.quoted(name)));
    client.nextJson("room_info");
  }

  private static void say(RawClient client, String text) {
    client.send(
        "{\"type\":\"chat_message\",\"data\":{\"room\":\"lobby\",\"text\":\"%s\"}}"
            .formatted(text));
    client.nextJson("chat_message");
  }

  @Test
  void wrongKeyIsExplainedAndRightKeyShowsTheServer() {
    Tab tab = openAdmin(server.port());
    refuse(tab, "", "Please enter a key.");
    refuse(tab, PUBLISH, "This key lacks the scope read.");
    for (String wrong : new String[] {"wrong", "\u20ac" + KEY, KEY + "x"}) {
      refuse(tab, wrong, "The server does not know this key.");
      refuse(tab, "", "Please enter a key.");
    }
    Operator operator = Operator.signIn(tab, KEY);
    operator.awaitText("key ops");
    operator.awaitText("127.0.0.1:" + server.port());
    assertEquals(url(server.port()) + "admin", tab.eval("location.href").getAsString());
    assertEquals(0, tab.eval("sessionStorage.length + localStorage.length").getAsInt());
    assertFalse(tab.is("document.documentElement.outerHTML.includes('" + KEY + "')"));
    assertEquals("", tab.eval("document.getElementById('key').value").getAsString());
  }

  private static void refuse(Tab tab, String key, String sentence) {
    tab.click("#key");
    tab.eval("document.getElementById('key').value = ''");
    tab.type(key);
    tab.press("Enter");
    tab.await("document.getElementById('sign-in-problem').textContent === " + Tab.quoted(sentence));
    tab.await("!document.querySelector('#sign-in .primary').disabled");
  }

  @Test
  void keyIsKeptInTheTabOnlyIfTheOperatorWantsIt() {
    Tab tab = openAdmin(server.port());
    Operator.signIn(tab, KEY);
    tab.go(url(server.port()) + "admin?again");
    tab.await("document.getElementById('key').checkVisibility()");
    tab.click("#keep");
    Operator.signIn(tab, KEY);
    tab.go(url(server.port()) + "admin");
    tab.await("location.search === ''");
    Operator.signedIn(tab);
    tab.click("#sign-out");
    tab.await("document.getElementById('key')?.checkVisibility()");
    assertEquals(0, tab.eval("sessionStorage.length + localStorage.length").getAsInt());
  }

  @Test
  void chartsMoveWhenMessagesFlow() {
    Operator operator = signIn();
    operator.awaitChart("^Connections: 0,");
    operator.awaitChart("^Message store: reachable");
    try (RawClient alice = connect("alice");
        RawClient bob = connect("bob")) {
      operator.awaitChart("^Connections: 2, at most 2 ");
      for (int i = 0; i < 30; i++) {
        say(alice, "No. " + i);
        bob.nextJson("chat_message");
      }
      alice.send("{\"type\":\"nonsense\"}");
      operator.awaitChart("^Messages: in .*at most [1-9].*; out .*at most [1-9]");
      operator.awaitChart("^Delivery lag: p50 .*at most [0-9.]+ ms");
      operator.awaitChart("^Errors sent to clients: .*at most 0\\.[1-9]");
      operator.tab().await("/[0-9]L/.test(document.querySelector('.line').getAttribute('d'))");
    }
    operator.awaitChart("^Connections: 0, at most 2 ");
    String shown =
        "(c => c.querySelector('strong').textContent + ' ' + c.querySelector('.axis').lastChild.textContent)"
            + "(document.querySelector('.chart'))";
    operator.tab().await(shown + " === '0 now'");
    operator.tab().moveToLeftOf(".plot svg"); // to the oldest sample
    operator.tab().await("/^0 [0-9]+:[0-9]+:[0-9]+/.test(" + shown + ")");
  }

  @Test
  void chartsShowWhatHappenedBeforeThePageWasOpened() {
    try (RawClient alice = connect("alice")) {
      Operator first = signIn();
      first.awaitChart("^Connections: 1,");
      alice.closeNormally();
      first.awaitChart("^Connections: 0,");
    }
    signIn().awaitChart("^Connections: 0, at most 1 ");
  }

  @Test
  void roomsAreFoundAndTheirMembersAreShown() {
    try (RawClient alice = connect("alice");
        RawClient again = connect("alice");
        RawClient bob = connect("bob")) {
      createRoom(bob, "garden");
      createRoom(alice, "kitchen");
      Operator operator = signIn();
      Tab tab = operator.tab();
      tab.await("rooms.children.length === 3");
      operator.awaitText("Rooms (3)");
      operator.search("GARD");
      tab.await("rooms.children.length === 1");
      tab.press("Enter");
      operator.awaitRoom("garden");
      operator.awaitText("Public, created by “bob” · 1 user");
      operator.search("nowhere");
      operator.awaitText("No room has this in its name.");
      tab.press("Enter");
      operator.awaitText("This room does not exist.");
      operator.search(" ");
      tab.await("rooms.children.length === 3");
      operator.openRoom("lobby");
      operator.awaitText("2 users");
      operator.awaitText("2 connections");
      tab.click("#members button", "Show alice");
      tab.await("user.innerText.includes('Online')");
      say(again, "still here");
    }
  }

  @Test
  void userIsDisconnected() {
    Operator operator = signIn();
    Tab tab = operator.tab();
    operator.lookUp("troll");
    tab.await("user.innerText.includes('Offline') && user.innerText.includes('never')");
    try (RawClient troll = connect("troll");
        RawClient alice = connect("alice")) {
      operator.lookUp("troll");
      tab.await("user.innerText.includes('Online')");
      tab.click("#user .danger", "Disconnect");
      operator.awaitText("Disconnect “troll”?");
      operator.awaitText("This closes 1 connection of this user, on all servers.");
      operator.confirm("Disconnect");
      operator.awaitText("Closed 1 connection of “troll”.");
      assertEquals(4411, troll.awaitClose().code());
      tab.await("user.innerText.includes('Offline')");
      say(alice, "still here");
    }
  }

  @Test
  void memberIsRemovedAndTheFocusStays() {
    try (RawClient troll = connect("troll");
        RawClient alice = connect("alice")) {
      Operator operator = signIn();
      Tab tab = operator.tab();
      operator.openRoom("lobby");
      tab.click("#members button", "Remove troll from lobby");
      operator.awaitText("Remove “troll” from “lobby”?");
      tab.press("Escape");
      tab.await("!document.getElementById('confirm').open");
      assertEquals(
          "Remove troll from lobby", tab.eval("document.activeElement.ariaLabel").getAsString());
      tab.press("Enter");
      operator.confirm("Remove");
      operator.awaitText("Removed “troll” from “lobby”: 1 connection.");
      assertEquals("troll", alice.nextJson("user_removed").get("username").getAsString());
      troll.nextJson("user_removed");
      tab.await("members.children.length === 1");
      tab.await("document.activeElement.id === 'room-title'");
    }
  }

  @Test
  void refusedChangeIsExplainedInTheDialog() {
    try (RawClient troll = connect("troll")) {
      Operator operator = signIn();
      Tab tab = operator.tab();
      operator.openRoom("lobby");
      tab.click("#members button", "Remove troll from lobby");
      troll.send("{\"type\":\"leave_room\",\"data\":{\"room\":\"lobby\"}}");
      troll.nextJson("room_left");
      tab.click("#confirm .danger", "Remove");
      operator.awaitText("The user is not in this room.");
      assertTrue(tab.is("document.getElementById('confirm').open"));
      tab.click("#confirm button", "Cancel");
      tab.await("!document.getElementById('confirm').open");
    }
  }

  @Test
  void keyThatMayOnlyReadIsOfferedNoChange() {
    try (RawClient alice = connect("alice")) {
      Operator operator = Operator.signIn(openAdmin(server.port()), READ);
      operator.awaitText("key eye, which may only read");
      operator.openRoom("lobby");
      operator.lookUp("alice");
      operator.tab().await("user.innerText.includes('Online')");
      assertEquals(
          0, operator.tab().eval("document.querySelectorAll('#admin .danger').length").getAsInt());
      assertFalse(operator.tab().is("members.innerText.includes('Remove')"));
      say(alice, "still here");
    }
  }

  @Test
  void hostileNamesAreShownAsText() {
    String user = "<b onmouseover=alert(1)>\u202etxt";
    try (RawClient mallory = connect(user);
        RawClient dots = connect("..")) {
      createRoom(mallory, HOSTILE);
      createRoom(dots, "..");
      Operator operator = signIn();
      Tab tab = operator.tab();
      operator.openRoom(HOSTILE);
      tab.await("document.querySelector('#members .name').textContent === " + Tab.quoted(user));
      tab.click("#members button", "Remove <b");
      operator.awaitText("Remove “" + user + "” from “" + HOSTILE + "”?");
      operator.confirm("Remove");
      operator.awaitText("Removed “" + user + "”");
      mallory.nextJson("user_removed");
      operator.openRoom("..");
      tab.click("#members button", "Show ..");
      tab.await("user.innerText.includes('Online')");
      tab.click("#user .danger", "Disconnect");
      operator.confirm("Disconnect");
      assertEquals(4411, dots.awaitClose().code());
      assertEquals(
          0, tab.eval("document.querySelectorAll('#admin b, #lists img').length").getAsInt());
    }
  }

  @Test
  void pageGoesOnWhenTheServerIsBack() {
    Operator operator = signIn();
    Tab tab = operator.tab();
    operator.awaitChart("^Connections: 0,");
    server.kill();
    operator.awaitText("The server does not answer.");
    operator.awaitText("Not connected");
    assertTrue(tab.is("charts.checkVisibility()"), "what was known stays");
    tab.screenshot("admin-lost");
    ServerProcess again = start(Map.of("PORT", "" + server.port()));
    try (RawClient alice = again.connect("alice")) {
      alice.nextJson("welcome");
      tab.await("document.body.dataset.connection === 'online'");
      operator.awaitChart("^Connections: 1,");
      assertFalse(tab.is("trouble.checkVisibility()"));
    }
  }

  @Test
  void keyThatWasWithdrawnEndsTheVisit() {
    Operator operator = signIn();
    server.kill();
    operator.awaitText("The server does not answer.");
    closeLater(
        ServerProcess.start(
            Map.of("PORT", "" + server.port(), "API_KEYS", "new:" + KEY.replace('0', '9'))));
    operator.tab().await("document.getElementById('key').checkVisibility()");
    operator.awaitText("The server does not know this key.");
  }
}
