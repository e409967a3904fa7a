package agentcore.browser;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.TestServer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * How the page draws the texts of messages. The system properties {@code agentcore.seed} and {@code
 * agentcore.inputs} set the seed and the number of random texts.
 */
class MessageTextBrowserTest extends BrowserTest {
  private static final String NAMES = "{self: 'alice', isKnown: name => name === 'Ann Lee'}";

  private static final int BATCH = 5_000;

  private final TestServer server = closeLater(ModulePage.start());

  /** Returns the HTML of a text as it is drawn. */
  private static String draw(Tab tab, String text) {
    String script =
        """
        import('/modules/message-text.js').then(({ messageText }) => {
          const host = document.createElement('div');
          host.append(messageText(%s, %s));
          host.querySelectorAll('button').forEach(button => button.remove());
          return host.innerHTML;
        })"""
            .formatted(Tab.quoted(text), NAMES);
    return tab.eval(script).getAsString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = true,
      textBlock =
          """
          a **bold** b             | a <strong>bold</strong> b
          an *italic* word         | an <em>italic</em> word
          ***both***               | <strong><em>both</em></strong>
          **a *b* c**              | <strong>a <em>b</em> c</strong>
          **a *b** c*              | <strong>a *b</strong> c*
          太**字**太                | 太<strong>字</strong>太
          2*3*4 and 2**3**4        | 2*3*4 and 2**3**4
          * one * two **           | * one * two **
          **not closed             | **not closed
          `a *b* c`                | <code>a *b* c</code>
          ``a`` and ` `            | ``a`` and ` `
          `a                       | `a
          ```a```                  | <pre><code>a</code></pre>
          ```a                     | ```a
          <b>a</b> &amp;           | &lt;b&gt;a&lt;/b&gt; &amp;amp;
          _a_ ~b~ # c              | _a_ ~b~ # c
          [a](https)               | [a](https)
          """)
  void drawsMarkup(String text, String html) {
    assertEquals(html, draw(open(server.port()), text));
  }

  @Test
  void drawsFencedCodeWithoutItsFence() {
    Tab tab = open(server.port());
    assertEquals(
        "See\n<pre data-language=\"java\"><code>int a;\n  **b**</code></pre>there",
        draw(tab, "See\n```java\nint a;\n  **b**\n```\nthere"));
    assertEquals("*a\nb* `c\nd`", draw(tab, "*a\nb* `c\nd`")); // end with their line
  }

  @ParameterizedTest
  @CsvSource({
    "https://example.com",
    "http://example.com/a?b=c&d=%20#e",
    "https://example.com/a_(b)",
    "https://例え.jp/道",
    "HTTPS://EXAMPLE.COM/A",
    "https://127.0.0.1:8000/*a*b",
    "https://[::1]/a"
  })
  void drawsLinkWithoutThePunctuationAroundIt(String link) {
    Tab tab = open(server.port());
    List<String> around =
        List.of(
            "%s", "(%s)", "see %s.", "%s, a", "\"%s\"", "<%s>", "[%s]", "**%s**", "%s?!", "（%s）");
    for (String context : around) {
      String html = draw(tab, context.formatted(link));
      String escaped = link.replace("&", "&amp;");
      assertTrue(html.contains(" target=\"_blank\" rel=\"noopener noreferrer\">"), html);
      assertTrue(html.contains("\">" + escaped + "</a>"), html);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "javascript:alert(1)",
        "data:text/html,a",
        "file:///a",
        "ftp://example.com",
        "//example.com",
        "www.example.com",
        "xhttps://example.com",
        "https://",
        "https://user@example.com",
        "https://example.com:99999/",
        "`https://example.com`"
      })
  void drawsNoOtherLinks(String text) {
    String html = draw(open(server.port()), text);
    assertTrue(!html.contains("<a"), html);
  }

  @Test
  void drawsMentions() {
    String html =
        draw(open(server.port()), "@alice, @Ann Lee and @bob: a@alice, @alicent (@alice) @");
    assertEquals(
        "<span class=\"mention own-mention\">@alice</span>, <span class=\"mention\">@Ann Lee</span> and @bob: a@alice, @alicent"
            + " (<span class=\"mention own-mention\">@alice</span>) @",
        html);
  }

  /** A batch has a seed of its own, and is short enough for the browser to answer in time. */
  @Test
  void drawsRandomTextsWithoutLossOrInjection() {
    long seed = Long.getLong("agentcore.seed", ThreadLocalRandom.current().nextInt(1_000_000));
    long batches = Math.ceilDiv(Long.getLong("agentcore.inputs", 20_000), BATCH);
    Tab tab = open(server.port());
    Set<String> drawn = new HashSet<>();
    for (long n = seed; n < seed + batches; n++) {
      drawn.addAll(fuzz(tab, n));
    }
    for (String element : List.of("A", "STRONG", "EM", "CODE", "PRE", "BUTTON", "SPAN")) {
      assertTrue(drawn.contains(element), "none drawn: " + element + ", seed " + seed);
    }
  }

  private static Set<String> fuzz(Tab tab, long seed) {
    String script =
        "import('/modules/message-texts.mjs').then(({ fuzz }) => fuzz(%d, %d))"
            .formatted(seed, BATCH);
    try {
      return tab.eval(script).getAsJsonObject().keySet();
    } catch (AssertionError e) {
      throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
    }
  }

  @Test
  void drawsLongHostileTexts() {
    Tab tab = open(server.port());
    String script = "import('/modules/message-texts.mjs').then(({ hostile }) => hostile())";
    assertTrue(tab.eval(script).getAsInt() > 50);
  }

  /** With the square of this length the browser would be busy for hours. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "`",
        "*",
        "**a ",
        "*a",
        "`a",
        "@",
        "@a ",
        "https://",
        "https://a ",
        "```\n",
        "***a "
      })
  void timeGrowsWithTheLengthOnly(String unit) {
    Tab tab = open(server.port());
    String script =
        "import('/modules/markup.js').then(({ parse }) => parse(%s.repeat(%d), %s).length)"
            .formatted(Tab.quoted(unit), 1_000_000 / unit.length(), NAMES);
    assertTrue(tab.eval(script).getAsInt() > 0);
  }

  @Test
  void copiesFencedCode() {
    Tab tab = open(server.port());
    tab.beginEveryPageWith(
        "Object.defineProperty(navigator, 'clipboard', {value: {writeText: async t => { window.copied = t; }}})");
    tab.go(url(server.port()));
    Visitor alice = Visitor.signIn(tab, "alice");
    alice.say("```\na\n  <b>\n```");
    alice.awaitLast("You: a\n  <b> (Sent)");
    tab.click(".copy", "Copy this code");
    tab.await("copied === 'a\\n  <b>' && document.querySelector('.copy').ariaLabel === 'Copied'");
    tab.screenshot("code");
  }

  @Test
  void mentionIsDrawnWhenThePageMeetsThePerson() {
    Visitor alice = signIn(server.port(), "alice");
    alice.say("@carol and @nobody");
    alice.awaitLast("You: @carol and @nobody (Sent)");
    String mentions = "[...document.querySelectorAll('.mention')].map(e => e.textContent).join()";
    assertEquals("", alice.tab().eval(mentions).getAsString());
    signIn(server.port(), "carol");
    alice.tab().await(mentions + " === '@carol'");
  }

  @Test
  void messagesOfRoomsAndPeopleAreDrawnSo() {
    Visitor alice = signIn(server.port(), "alice");
    Visitor bob = signIn(server.port(), "bob");
    bob.say("See https://example.com/a, @alice, it is **new** and `short`");
    alice.awaitLast("bob: See https://example.com/a, @alice, it is new and short");
    assertEquals(
        "[\"A\",\"SPAN\",\"STRONG\",\"CODE\"]",
        alice
            .tab()
            .eval("[...document.querySelectorAll('.mentioning .text *')].map(e => e.tagName)")
            .toString());
    alice.tab().screenshot("markup");
    alice.tab().click("#toggle-members");
    alice.tab().click("#member-list button", "Write to bob");
    alice.say("*Thanks*");
    bob.tab().click("#people button", "alice");
    bob.awaitLast("alice: Thanks");
  }
}
