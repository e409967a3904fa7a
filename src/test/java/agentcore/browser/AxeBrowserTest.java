package agentcore.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import agentcore.testkit.RawClient;
import agentcore.testkit.process.ServerProcess;
import com.google.gson.JsonElement;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * axe-core examines every screen and dialog of both pages. Skipped if axe-core is missing; {@code
 * make axe} fetches it.
 */
class AxeBrowserTest extends BrowserTest {
  private static final Path AXE =
      Path.of("target", "axe", "node_modules", "axe-core", "axe.min.js");
  private static final String KEY = "0123456789abcdef0123456789abcdef";

  /**
   * Waits for animations, because axe would see half-transparent texts. One rule is replaced: a row
   * of a list shows a letter in a circle and a number, which its accessible name says in words, and
   * axe wants them literally.
   */
  private static final String VIOLATIONS =
      """
      (async () => {
        await Promise.allSettled(document.getAnimations().map((each) => each.finished));
        const { violations } = await axe.run(document, {
          resultTypes: ['violations'],
          rules: { 'label-content-name-mismatch': { enabled: false } },
        });
        const misnamed = [...document.querySelectorAll('button[aria-label]')]
          .filter((e) => e.checkVisibility() && !e.ariaLabel.includes(e.querySelector('.name')?.textContent ?? e.innerText.trim()))
          .filter((e) => e.querySelector('.name') !== null || /\\w/.test(e.innerText));
        if (misnamed.length > 0) return misnamed.map((e) => `misnamed: ${e.outerHTML}`);
        return violations.flatMap(({ id, nodes }) =>
          nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary.split('\\n').slice(1).join('')}`));
      })()\
      """;

  /** Returns the controls that are smaller than 44 pixels, except links in a text. */
  private static final String SMALL_TARGETS =
      """
      [...document.querySelectorAll('button, input, textarea, summary, a, label.choice')]
        .filter((e) => e.checkVisibility() && !e.closest('.text') && !(e.matches('input') && e.closest('label')))
        .filter((e) => !e.matches('.skip:not(:focus)') && (!document.querySelector('dialog[open]') || e.closest('dialog')))
        .map((e) => [e, e.getBoundingClientRect()])
        .filter(([, { width, height }]) => width < 43.9 || height < 43.9)
        .map(([e, { width, height }]) => `${width.toFixed()}x${height.toFixed()} ${e.outerHTML.slice(0, 90)}`)\
      """;

  private final ServerProcess server =
      closeLater(ServerProcess.start(Map.of("API_KEYS", "ops:" + KEY)));
  private final List<String> violations = new ArrayList<>();
  private final Set<String> examined = new HashSet<>();
  private boolean isKilled;
  private String look = "";

  /** How the page is shown. */
  enum Look {
    LIGHT,
    DARK,
    PHONE,
    FORCED_COLOURS;

    boolean isPhone() {
      return this == PHONE;
    }

    void apply(Tab tab) {
      if (this == DARK) {
        tab.dark();
      }
      if (this == FORCED_COLOURS) {
        tab.forcedColours();
      }
      if (isPhone()) {
        tab.phone(360, 720);
        tab.await("matchMedia('(pointer: coarse)').matches");
      }
    }
  }

  @BeforeAll
  static void findAxe() {
    assumeTrue(Files.exists(AXE), "axe-core is missing: make axe fetches it");
  }

  @Override
  boolean isExpected(String error) {
    return isKilled && error.contains("\"source\":\"network\"");
  }

  @AfterEach
  void nothingIsViolated() {
    assertEquals("", String.join("\n", violations));
  }

  private void examine(Tab tab, String state) {
    if (tab.is("typeof axe === 'undefined'")) {
      try {
        tab.eval(Files.readString(AXE) + "; undefined");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    for (JsonElement violation : tab.eval(VIOLATIONS).getAsJsonArray()) {
      violations.add(state + ": " + violation.getAsString());
    }
    if (tab.is("matchMedia('(pointer: coarse)').matches")) {
      for (JsonElement small : tab.eval(SMALL_TARGETS).getAsJsonArray()) {
        violations.add(state + ": " + small.getAsString());
      }
    }
    examined.add(tab.eval("document.querySelector('dialog[open]')?.id ?? ''").getAsString());
    tab.screenshot("axe-" + look + "-" + state.replace(' ', '-'));
  }

  /** Examines the dialogs that no step of the test has opened. */
  private void examineOtherDialogs(Tab tab) {
    for (JsonElement each :
        tab.eval("[...document.querySelectorAll('dialog')].map((e) => e.id)").getAsJsonArray()) {
      String id = each.getAsString();
      if (!examined.contains(id)) {
        tab.eval("document.getElementById('%s').showModal()".formatted(id));
        examine(tab, id);
        tab.press("Escape");
        tab.await("!document.getElementById('%s').open".formatted(id));
      }
    }
  }

  private RawClient connect(String user) {
    RawClient client = closeLater(server.connect(user));
    client.nextJson("welcome");
    return client;
  }

  @ParameterizedTest
  @EnumSource(Look.class)
  void chatPage(Look look) {
    RawClient bob = connect("bob");
    RawClient hebrew = connect("\u05d3\u05e0\u05d9\u05d0\u05dc");
    Tab tab = open(server.port());
    this.look = look.name().toLowerCase(Locale.ROOT);
    look.apply(tab);
    examine(tab, "sign-in");
    tab.click("#show-token");
    tab.press("Enter");
    tab.await("document.getElementById('sign-in-problem').textContent !== ''");
    examine(tab, "sign-in with a problem");
    Visitor alice = Visitor.signIn(tab, "alice");
    bob.send(
        "{\"type\":\"chat_message\",\"data\":{\"room\":\"lobby\",\"text\":\"Hello @alice! See https://example.com, `a` and\\n```js\\nlet a;\\n```\"}}");
    hebrew.send(
        "{\"type\":\"chat_message\",\"data\":{\"room\":\"lobby\",\"text\":\"\u05e9\u05dc\u05d5\u05dd\"}}");
    alice.awaitCount(2);
    alice.say("Good morning");
    alice.awaitLast("You: Good morning (Sent)");
    examine(tab, "room");
    tab.click("#text");
    tab.type("x".repeat(1001));
    alice.awaitText("1 character too long");
    examine(tab, "text that is too long");
    tab.press("Backspace");
    alice.say("");
    tab.click("#text");
    tab.type(":thumbs");
    tab.await("!completions.hidden");
    examine(tab, "completion");
    tab.press("Escape");
    alice.say("");
    tab.click("#toggle-members");
    alice.awaitText("online");
    examine(tab, "members");
    tab.click("#close-members");
    bob.send("{\"type\":\"create_room\",\"data\":{\"room_name\":\"den\",\"is_public\":false}}");
    bob.nextJson("room_info");
    bob.send("{\"type\":\"invite_user\",\"data\":{\"room\":\"den\",\"target_user_id\":\"alice\"}}");
    bob.send("{\"type\":\"create_room\",\"data\":{\"room_name\":\"Open\",\"is_public\":true}}");
    bob.send(
        "{\"type\":\"private_message\",\"data\":{\"target_user_id\":\"alice\",\"text\":\"Hi\"}}");
    alice.awaitText("bob invites you to den.");
    examine(tab, "invitation");
    tab.click(".notice button", "Not now");
    if (look.isPhone()) {
      tab.click("#back");
    }
    tab.await("document.querySelector('#people li') !== null");
    examine(tab, "list of conversations");
    tab.click("#new-private");
    examine(tab, "dialog for a private message");
    tab.type("ghost");
    tab.press("Enter");
    alice.awaitOpen("ghost");
    alice.say("Boo");
    alice.awaitText("No user with that name is known here.");
    examine(tab, "failed message");
    if (look.isPhone()) {
      tab.click("#back");
    }
    tab.click("#alerts");
    examine(tab, "dialog for notifications");
    tab.press("Escape");
    tab.click("#new-room");
    examine(tab, "dialog for a room");
    tab.type("cellar");
    tab.click("#room-dialog [value=private]");
    tab.click("#room-dialog .primary");
    alice.awaitOpen("cellar");
    examine(tab, "empty room");
    tab.click("#leave");
    tab.await("document.querySelector('dialog[open]') !== null");
    examine(tab, "dialog that asks before leaving");
    tab.press("Escape");
    if (look.isPhone()) {
      tab.click("#back");
    }
    alice.open("bob");
    examine(tab, "private conversation");
    tab.click("#block");
    examine(tab, "dialog that asks before blocking");
    tab.press("Escape");
    examineOtherDialogs(tab);
    isKilled = true;
    server.kill();
    alice.awaitText("The connection is lost.");
    alice.say("One that waits");
    examine(tab, "reconnecting");
  }

  @ParameterizedTest
  @EnumSource(Look.class)
  void pageForOperators(Look look) {
    connect("alice");
    connect("bob");
    Tab tab = openAdmin(server.port());
    this.look = look.name().toLowerCase(Locale.ROOT);
    look.apply(tab);
    examine(tab, "operator sign-in");
    Operator operator = Operator.signIn(tab, KEY);
    tab.await("rooms.children.length === 1");
    operator.openRoom("lobby");
    operator.lookUp("alice");
    tab.await("user.innerText.includes('Online')");
    tab.click("summary");
    operator.awaitText("*** (");
    examine(tab, "operator");
    tab.click("#user .danger");
    tab.await("document.getElementById('confirm').open");
    examine(tab, "operator dialog");
    tab.press("Escape");
    examineOtherDialogs(tab);
  }
}
