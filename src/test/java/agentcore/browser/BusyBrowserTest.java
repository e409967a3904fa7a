package agentcore.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.RawClient;
import agentcore.testkit.TestServer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What the chat page draws when many messages arrive; see also {@link BusyPage}, which measures.
 */
class BusyBrowserTest extends BrowserTest {
  private static final int MAX_ROWS = 200;
  private static final String END_IS_IN_VIEW =
      "log.scrollHeight - log.scrollTop - log.clientHeight < 2";

  /** Frames come only when the test wants them, and everything that was received is counted. */
  private static final String HOLD_FRAMES =
      """
      window.held = [];
      window.received = 0;
      window.requestAnimationFrame = (draw) => held.push(draw);
      const later = window.setTimeout;
      window.setTimeout = (call, wait) => wait === 200 ? held.length : later(call, wait);
      const parse = JSON.parse;
      JSON.parse = (text) => {
        if (text.includes('"chat_message"')) received++;
        return parse(text);
      };
      """;

  private static final String NO_FRAMES = "window.requestAnimationFrame = () => 0;";

  private final TestServer server =
      closeLater(
          TestServer.startWithPage(Map.of("RATE_LIMIT_MESSAGES", "0", "HISTORY_SIZE", "5000")));

  private final RawClient writer = closeLater(server.welcomed("writer"));

  private Visitor signIn(String name) {
    return signIn(server.port(), name);
  }

  private void create(String room) {
    writer.send("{\"type\":\"create_room\",\"data\":{\"room_name\":\"%s\"}}".formatted(room));
    writer.nextJson("room_info");
  }

  /** Writes the messages "No. from" to "No. to" into a room. */
  private void say(String room, int from, int to) {
    for (int i = from; i <= to; i++) {
      writer.send(
          "{\"type\":\"chat_message\",\"data\":{\"room\":\"%s\",\"text\":\"No. %d\"}}"
              .formatted(room, i));
      writer.nextJson("chat_message");
    }
  }

  private static int rows(Visitor visitor) {
    return visitor.tab().eval("document.querySelectorAll('.message').length").getAsInt();
  }

  private static String shows(int number) {
    return "[...document.querySelectorAll('.text')].some(e => e.textContent === 'No. %d')"
        .formatted(number);
  }

  @Test
  void manyMessagesAreDrawnInOneFrame() {
    Visitor alice = signIn("alice");
    alice.tab().beginEveryPageWith(HOLD_FRAMES);
    alice.tab().reload();
    String draw = "(held.splice(0).forEach((draw) => draw(0)) ?? true)";
    alice.tab().await(draw + " && title.textContent === 'lobby' && items.textContent !== ''");
    alice.tab().await(draw + " && document.querySelector('.beginning.empty')");
    say("lobby", 1, 100);
    alice.tab().await("received >= 100");
    assertEquals(0, rows(alice));
    assertTrue(alice.tab().is("held.length <= 1"), "more than one frame was asked for");
    alice.tab().await(draw + " && document.querySelectorAll('.message').length === 100");
  }

  @Test
  void countsUnreadWhereNoFramesCome() {
    create("den");
    Visitor alice = signIn("alice");
    alice.tab().click("#others button", "Join den");
    alice.awaitOpen("den");
    alice.open("lobby");
    alice.tab().beginEveryPageWith(NO_FRAMES);
    alice.tab().reload();
    alice.awaitOpen("lobby");
    say("den", 1, 3);
    alice.tab().await("document.title.startsWith('(3) ')");
    alice.tab().await("document.querySelector('#rooms .badge')?.textContent === '3'");
  }

  @Test
  void eventChangesOnlyTheRowOfItsRoom() {
    for (int i = 1; i <= 20; i++) {
      create("room" + i);
    }
    Visitor alice = signIn("alice");
    for (int i = 1; i <= 20; i++) {
      alice.tab().click("#others button", "Join room%d,".formatted(i));
      alice.awaitOpen("room" + i);
    }
    alice.open("lobby");
    say("lobby", 1, 30);
    alice.tab().await(shows(30));
    alice.tab().click("#toggle-members");
    alice.tab().await("document.querySelectorAll('#member-list li').length === 2");
    alice
        .tab()
        .eval(
            """
            window.touched = [];
            const observer = new MutationObserver((all) => touched.push(...all.map((one) => one.target)));
            observer.observe(chat, {subtree: true, childList: true, characterData: true, attributes: true});
            0""");
    say("room7", 1, 1);
    alice.tab().await("document.querySelector('#rooms .badge')");
    String row = "document.querySelector('#rooms .badge').closest('li')";
    assertEquals(
        "[]",
        alice
            .tab()
            .eval(
                "touched.filter((node) => !%s.contains(node)).map((e) => e.outerHTML)"
                    .formatted(row))
            .toString());
    assertTrue(alice.tab().eval("touched.length").getAsInt() <= 6);
  }

  @Test
  void rowsOutOfViewAreDroppedAndComeBack() {
    say("lobby", 1, 700);
    Visitor alice = signIn("alice");
    alice.tab().await(shows(700));
    say("lobby", 701, 1000);
    alice.tab().await(shows(1000));
    scroll(alice, -100_000, shows(1) + " && document.querySelector('.beginning.begin')");
    alice.tab().await("document.querySelector('#to-end').textContent === 'To the end ↓'");
    alice.tab().click("#to-end");
    alice.tab().await(shows(1000) + " && document.querySelector('#to-end').hidden");
    assertTrue(rows(alice) <= MAX_ROWS);
  }

  @Test
  void messagesThatArriveFarBelowAreLoadedWhenScrolledTo() {
    say("lobby", 1, 300);
    Visitor alice = signIn("alice");
    alice.tab().await(shows(300));
    scroll(alice, -100_000, shows(1));
    say("lobby", 301, 2300);
    alice.tab().await("document.querySelector('#to-end').textContent === '2000 new messages ↓'");
    assertTrue(rows(alice) <= MAX_ROWS);
    scroll(alice, 100_000, shows(2300));
    scroll(alice, -100_000, shows(1));
    alice.tab().click("#to-end");
    alice.tab().await(shows(2300) + " && document.querySelector('#to-end').hidden");
    assertTrue(rows(alice) <= MAX_ROWS);
  }

  /** Turns the wheel until a condition holds; what is shown has no hole and not too many rows. */
  private static void scroll(Visitor visitor, int pixels, String condition) {
    String numbers =
        "[...document.querySelectorAll('.text')].map((e) => Number(e.textContent.slice(4)))";
    while (!visitor.tab().is(condition)) {
      String before =
          visitor
              .tab()
              .eval("document.querySelector('.text').textContent + ' ' + log.scrollTop")
              .getAsString();
      visitor.tab().wheel("#log", pixels);
      visitor
          .tab()
          .await(
              "(%s) || document.querySelector('.text').textContent + ' ' + log.scrollTop !== '%s'"
                  .formatted(condition, before));
      assertTrue(
          visitor.tab().is(numbers + ".every((n, at, all) => at === 0 || n === all[at - 1] + 1)"));
      assertTrue(rows(visitor) <= MAX_ROWS);
    }
  }

  @Test
  void messageInViewStaysWhereItIsWhenOlderOnesAreLoaded() {
    say("lobby", 1, 150);
    Visitor alice = signIn("alice");
    alice.tab().await(shows(150));
    alice.tab().await("document.querySelectorAll('.message').length === 50");
    double moved =
        alice
            .tab()
            .eval(
                """
                (async () => {
                  const text = () => [...document.querySelectorAll('.text')].find((e) => e.textContent === 'No. 101');
                  const top = () => text().getBoundingClientRect().top;
                  log.scrollTop += top() - log.getBoundingClientRect().top - 20;
                  const before = top();
                  while (document.querySelector('.text') === text()) await new Promise(requestAnimationFrame);
                  return Math.abs(top() - before);
                })()""")
            .getAsDouble();
    assertTrue(moved < 2, "it moved by " + moved);
  }

  @Test
  void endStaysInViewWhenTheWindowGetsNarrow() {
    Tab tab = withLongMessages();
    for (int i = 0; i < 5; i++) {
      for (int width : List.of(1280, 390)) {
        tab.size(width, 800);
        tab.await("innerWidth === " + width);
        awaitTwoFrames(tab);
        tab.await(END_IS_IN_VIEW);
      }
    }
  }

  /**
   * Waits until the page has been drawn in its new size. If the size changed back before that, the
   * page could not tell the scroll position that the browser set meanwhile from the user's.
   */
  private static void awaitTwoFrames(Tab tab) {
    String frames =
        "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))";
    assertTrue(tab.eval(frames).getAsBoolean());
  }

  /** As when a keyboard opens: the event of a scroll arrives after the log has become lower. */
  @Test
  void endStaysInViewWhenTheLogGetsLowerWhileItScrolls() {
    Tab tab = withLongMessages();
    for (int height : List.of(400, 800)) {
      tab.eval(
          "log.scrollTop -= 1; document.documentElement.style.setProperty('--height', '%dpx')"
              .formatted(height));
      tab.await("document.body.clientHeight === " + height);
      tab.await(END_IS_IN_VIEW);
    }
  }

  private Tab withLongMessages() {
    Visitor alice = signIn("alice");
    for (int i = 1; i <= 60; i++) {
      writer.send(
          "{\"type\":\"chat_message\",\"data\":{\"room\":\"lobby\",\"text\":\"%s %d\"}}"
              .formatted("many words that need some lines where there is no room ".repeat(3), i));
      writer.nextJson("chat_message");
    }
    alice.awaitCount(60);
    return alice.tab();
  }
}
