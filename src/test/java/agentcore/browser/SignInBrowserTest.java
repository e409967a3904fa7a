package agentcore.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.AgentCore;
import agentcore.core.Config;
import agentcore.core.auth.Forged;
import agentcore.core.auth.Identity;
import agentcore.core.message.CloseCode;
import agentcore.example.http.ChatHttp;
import agentcore.testkit.Await;
import agentcore.testkit.TestServer;
import agentcore.testkit.network.Relay;
import agentcore.testkit.process.ServerProcess;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Signing in with a link that holds a token. */
class SignInBrowserTest extends BrowserTest {
  private static final String KEEP = "Keep me signed in on this browser";

  private static final long HOUR = 3600; // in seconds

  private static final String EVERYTHING_STORED =
      "JSON.stringify([location.href, history.state, Object.entries(sessionStorage),"
          + " Object.entries(localStorage)])";

  private final TestServer server =
      closeLater(TestServer.startWithPage(Map.of("AUTH_SECRET", Forged.SECRET)));

  private static String token(String user) {
    return Forged.token(user, Instant.now().plusSeconds(HOUR));
  }

  private String link(String token) {
    return url(server.port()) + "#token=" + token;
  }

  /** Opens a link in a new browser context. */
  private Tab openLink(String token) {
    return open(link(token));
  }

  private static Visitor signedIn(Tab tab, String user) {
    Visitor visitor = Visitor.signedIn(tab);
    visitor.tab().await("document.getElementById('own-name').textContent === " + Tab.quoted(user));
    return visitor;
  }

  private static void reload(Tab tab) {
    tab.eval("window.isBeforeReload = true; location.reload()");
    tab.await("window.isBeforeReload === undefined");
  }

  private static boolean stores(Tab tab, String token) {
    return tab.eval(EVERYTHING_STORED).getAsString().contains(token);
  }

  @Test
  void linkSignsInAndIsTakenOutOfTheAddressAndTheHistory() {
    String token = token("Zoë 😀");
    Visitor visitor = signedIn(openLink(token), "Zoë 😀");
    assertEquals(url(server.port()), visitor.tab().eval("location.href").getAsString());
    assertEquals(List.of("about:blank", url(server.port())), visitor.tab().history());
    visitor.say("Hello");
    visitor.awaitLast("You: Hello (Sent)");
    visitor.tab().screenshot("signed-in-by-link");
    visitor.tab().size(390, 844);
    visitor.tab().assertFits();
    visitor.tab().screenshot("signed-in-by-link-phone");
  }

  @Test
  void reloadNeedsNoLinkAndAnotherTabDoes() {
    Tab tab = openLink(token("alice"));
    signedIn(tab, "alice");
    reload(tab);
    signedIn(tab, "alice");
    assertFalse(tab.is("document.body.innerText.includes('" + KEEP + "')"));
    Tab other = openBeside(tab, server.port());
    other.await("document.body.dataset.screen === 'sign-in'");
    assertFalse(stores(other, "eyJ"));
  }

  @Test
  void browserKeepsTheTokenIfAskedTo() {
    Tab tab = openLink(token("alice"));
    signedIn(tab, "alice");
    tab.click("#keep button", KEEP);
    Tab other = openBeside(tab, server.port());
    signedIn(other, "alice").say("From a new tab");
    signedIn(tab, "alice").awaitLast("You: From a new tab (Sent)");
  }

  @Test
  void closedTabLeavesDraftsOnlyOnABrowserThatKeepsTheToken() {
    Tab tab = openLink(token("alice"));
    signedIn(tab, "alice");
    tab.click("#text");
    tab.type("half a thou");
    tab.go("data:text/plain,closed");
    Tab second = openBeside(tab, server.port());
    assertFalse(stores(second, "thou"));
    second.go("data:text/plain,closed");
    second.go(link(token("alice")));
    signedIn(second, "alice");
    second.click("#keep button", KEEP);
    second.click("#text");
    second.type("half a thou");
    second.go("data:text/plain,closed");
    Tab third = openBeside(second, server.port());
    signedIn(third, "alice");
    third.await("text.value === 'half a thou'");
  }

  @Test
  void signingOutForgetsTheTokenInAllTabs() {
    Tab tab = openLink(token("alice"));
    signedIn(tab, "alice");
    tab.click("#keep button", KEEP);
    Tab other = openBeside(tab, server.port());
    signedIn(other, "alice");
    tab.click("#sign-out");
    for (Tab each : List.of(tab, other)) {
      each.await("document.body.dataset.screen === 'sign-in'");
      assertFalse(stores(each, "eyJ"));
      reload(each);
      each.await("document.body.dataset.screen === 'sign-in'");
    }
  }

  @Test
  void tokenThatIsNotKeptIsForgottenWhenSigningOut() {
    Tab tab = openLink(token("alice"));
    signedIn(tab, "alice");
    tab.click("#keep button", "Only in this tab");
    tab.click("#sign-out");
    tab.await("document.body.dataset.screen === 'sign-in'");
    assertFalse(stores(tab, "eyJ"));
  }

  @Test
  void linkThatHasEndedSaysSo() {
    Tab tab = openLink(Forged.token("alice", Instant.now().minusSeconds(HOUR)));
    tab.await("document.body.innerText.includes('Your link ended on ')");
    assertTrue(tab.is("document.body.innerText.includes('Ask for a new link.')"));
    assertFalse(stores(tab, "eyJ"));
    tab.screenshot("link-ended");
    reload(tab);
    tab.await("document.body.dataset.screen === 'sign-in'");
  }

  /** A server that accepts tokens after their end, so that a test decides when one is refused. */
  private TestServer patientServer() {
    Config config = TestServer.config(Map.of());
    AgentCore core =
        new AgentCore(config)
            .endpoint("/ws/{user_id}", TestServer.chat(config))
            .authenticate(token -> new Identity("alice", Instant.MAX));
    return closeLater(TestServer.start(ChatHttp.addTo(core, config)));
  }

  @Test
  void tokenThatEndsWhileChattingSaysSoInAllTabs() {
    TestServer patient = patientServer();
    String token = Forged.token("alice", Instant.now().minusSeconds(HOUR));
    Tab tab = open(url(patient.port()) + "#token=" + token);
    signedIn(tab, "alice");
    tab.click("#keep button", KEEP);
    Tab other = openBeside(tab, patient.port());
    signedIn(other, "alice");
    patient.core().user("alice").disconnect(CloseCode.BAD_TOKEN);
    for (Tab each : List.of(tab, other)) {
      each.await("document.body.innerText.includes('Your link ended on ')");
      assertEquals("alice", each.eval("document.getElementById('name').value").getAsString());
      assertFalse(stores(each, "eyJ"));
    }
  }

  @Test
  void linkOfAnotherServerSaysSo() {
    String token = token("alice");
    Tab tab = openLink(token.substring(0, token.lastIndexOf('.') + 1) + "A".repeat(43));
    tab.await("document.body.innerText.includes('The server does not accept your link.')");
    assertTrue(tab.is("document.body.innerText.includes('Ask for a new link.')"));
    assertFalse(stores(tab, "eyJ"));
  }

  @Test
  void damagedLinksSaySo() {
    for (String damaged : List.of("x", "a%20b", "%", "eyJ.e30.x")) {
      Tab tab = openLink(damaged);
      tab.await("document.body.dataset.screen === 'sign-in'");
      assertFalse(tab.is("location.href.includes('#')"));
      tab.click("#name");
      tab.type("alice");
      tab.press("Enter");
      tab.await("document.body.innerText.includes('The server does not accept your link.')");
    }
  }

  @Test
  void missingTokenSaysWhatToDo() {
    Tab tab = open(url(server.port()));
    tab.click("#name");
    tab.type("alice");
    tab.press("Enter");
    tab.await("document.body.innerText.includes('or ask for a new link')");
    tab.click("#token");
    tab.type("  " + link(token("alice")) + " ");
    tab.press("Enter");
    signedIn(tab, "alice");
    reload(tab);
    signedIn(tab, "alice");
  }

  @Test
  void pageAsksForTheLinkBeforeTheName() {
    Tab tab = open(url(server.port()));
    tab.await("document.activeElement === document.getElementById('token')");
    assertTrue(
        tab.is(
            "token.getBoundingClientRect().top < document.querySelector('#name').getBoundingClientRect().top"));
    tab.screenshot("sign-in-with-link");
    tab.type(link(token("alice")));
    tab.press("Enter");
    signedIn(tab, "alice");
  }

  private static final String ABOVE_THE_LOG =
      """
      (() => {
        const box = (id) => document.getElementById(id).getBoundingClientRect();
        const header = document.querySelector('#conversation > header').getBoundingClientRect();
        return box('keep').height > 0 && header.bottom <= box('keep').top + 1 && box('keep').bottom <= box('log').top + 1;
      })()
      """;

  @Test
  void offerToKeepTheTokenCoversNothingAndEndsByEscape() {
    Tab tab = openLink(token("alice"));
    signedIn(tab, "alice");
    for (int width : List.of(1280, 900, 390)) {
      tab.size(width, 844);
      tab.await(ABOVE_THE_LOG);
      tab.assertFits();
    }
    tab.screenshot("offer-to-keep-phone");
    tab.click("#toggle-members");
    tab.await("document.activeElement.id === 'close-members'");
    assertTrue(
        tab.is(
            "(({ x, y }) => members.contains(document.elementFromPoint(x + 5, y + 5)))"
                + "(document.getElementById('close-members').getBoundingClientRect())"));
    tab.click("#close-members");
    tab.click("#text");
    tab.press("Escape");
    tab.await("document.getElementById('keep').hidden");
    assertFalse(tab.is("localStorage.length > 0 && JSON.stringify(localStorage).includes('eyJ')"));
  }

  private static void invite(Visitor visitor, String guest) {
    visitor.tab().click("#invitee");
    visitor.tab().type(guest);
    visitor.tab().click("#invite button");
    visitor.awaitText(guest + " was invited to lobby.");
  }

  @Test
  void saysThatNewPeopleNeedALink() {
    String newcomers = "New people also need a link from the operator of this server.";
    signedIn(openLink(token("bob")), "bob");
    Visitor alice = signedIn(openLink(token("alice")), "alice");
    alice.awaitText(newcomers);
    alice.tab().click("#toggle-members");
    alice.awaitText("Somebody who has never been here also needs a link");
    invite(alice, "bob");
    String unknown = "Nobody of this name has been here yet";
    assertFalse(alice.tab().is("document.body.innerText.includes('" + unknown + "')"));
    invite(alice, "carol");
    alice.awaitText(unknown);
  }

  @Test
  void tokenOfAnotherUserSaysWhoseItIs() {
    Tab tab = open(url(server.port()));
    tab.click("#name");
    tab.type("mallory");
    tab.click("#token");
    tab.type(token("alice"));
    tab.press("Enter");
    tab.await("document.body.innerText.includes('belongs to alice, not to mallory')");
    assertFalse(stores(tab, "eyJ"));
  }

  @Test
  void otherLinkInTheSameTabChangesTheUser() {
    Tab tab = openLink(token("alice"));
    signedIn(tab, "alice");
    tab.go(link(token("bob")));
    signedIn(tab, "bob");
    assertTrue(tab.history().stream().noneMatch(url -> url.contains("#")), tab.history()::toString);
  }

  @Test
  void serverSeesTheTokenInOneHeaderAndLogsItNowhere() {
    String token = token("alice");
    ServerProcess strict =
        closeLater(ServerProcess.start(Map.of("AUTH_SECRET", Forged.SECRET, "LOG_LEVEL", "DEBUG")));
    ByteArrayOutputStream received = new ByteArrayOutputStream();
    Relay relay = closeLater(Relay.recording(strict.port(), received));
    Tab tab = open(url(relay.port()) + "#token=" + token);
    Visitor alice = signedIn(tab, "alice");
    alice.say("Hello");
    alice.awaitLast("You: Hello (Sent)");
    reload(tab);
    signedIn(tab, "alice");
    String wanted = "Sec-WebSocket-Protocol: agentcore, bearer." + token;
    List<String> lines = received.toString(StandardCharsets.ISO_8859_1).lines().toList();
    List<String> withToken = lines.stream().filter(line -> line.contains(token)).toList();
    assertEquals(List.of(wanted, wanted), withToken);
    assertTrue(lines.stream().anyMatch(line -> line.startsWith("GET /ws/alice")), lines::toString);
    Await.until("the message in the log", () -> strict.output().contains("type=chat_message"));
    String log = strict.output();
    for (String part : token.split("\\.")) {
      assertFalse(log.contains(part), log);
    }
    assertTrue(log.contains("opened connection=alice/"), log);
  }
}
