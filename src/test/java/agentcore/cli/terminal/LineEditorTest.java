package agentcore.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What keys do to the line, as terminals send them. */
class LineEditorTest {
  private static final String UP = "\u001b[A";
  private static final String DOWN = "\u001b[B";
  private static final String LEFT = "\u001b[D";
  private static final String RIGHT = "\u001b[C";
  private static final String FAMILY = "\ud83d\udc69\u200d\ud83d\udc67\u200d\ud83d\udc66";
  private static final String ACCENT = "e\u0301";

  private final KeyDecoder decoder = new KeyDecoder();
  private final LineEditor editor =
      new LineEditor(
          before -> {
            int start = before.lastIndexOf(' ') + 1;
            String word = before.substring(start);
            return new Completer.Completion(
                start,
                List.of("bob ", "ben ", "ann ").stream().filter(n -> n.startsWith(word)).toList());
          });

  /** Presses keys, and returns the line with a bar for the cursor. */
  private String type(String keys) {
    for (Key.Press press : decoder.decode(keys)) {
      if (!editor.press(press) && press.key() == Key.ENTER) {
        editor.entered();
      }
    }
    return editor.line().beforeCursor() + "|" + editor.line().afterCursor();
  }

  private String anew(String keys) {
    editor.line().set("");
    return type(keys);
  }

  @Test
  void arrowsAndControlKeysMoveTheCursor() {
    assertEquals("abc|", type("abc"));
    assertEquals("a|bc", type(LEFT + "\u0002"));
    assertEquals("abc|", type(RIGHT + "\u0006" + RIGHT));
    for (String home : List.of("\u0001", "\u001b[H", "\u001bOH", "\u001b[1~", "\u001b[7~")) {
      assertEquals("|abc", type("\u0005" + home));
    }
    for (String end : List.of("\u0005", "\u001b[F", "\u001bOF", "\u001b[4~", "\u001b[8~")) {
      assertEquals("abc|", type("\u0001" + end));
    }
    assertEquals("|abc", type("\u0001" + LEFT));
  }

  @Test
  void wordsAreMovedOverAndKilled() {
    type("say hello, w\u00f6rld");
    assertEquals("say hello, |w\u00f6rld", type("\u001bb"));
    assertEquals("say |hello, w\u00f6rld", type("\u001b[1;5D"));
    assertEquals("say hello|, w\u00f6rld", type("\u001bf"));
    assertEquals("say hello, w\u00f6rld|", type("\u001b[1;3C"));
    assertEquals("say hello, |", type("\u001b\u007f"));
    assertEquals("say |", type("\u0017"));
    assertEquals("| ", type("\u0001\u001bd"));
  }

  @Test
  void killsInARowAreYankedAsOne() {
    type("one two three");
    assertEquals("one |", type("\u0017\u0017"));
    assertEquals("one two three|", type("\u0019"));
    assertEquals("|", type("\u0001\u000b"));
    assertEquals("one two threeone two three|", type("\u0019\u0019"));
    assertEquals("|", type("\u0015"));
    assertEquals("x|", type("\u0015x"), "nothing to kill does not lose what was killed");
    assertEquals("xone two threeone two three|", type("\u0019"));
  }

  @Test
  void clusterIsMovedOverAndDeletedAsOne() {
    for (String cluster :
        List.of(ACCENT, FAMILY, "\ud83c\udde9\ud83c\uddea", "\u1112\u1161\u11ab")) {
      assertEquals("a" + cluster + "|b", anew("a" + cluster + "b" + LEFT), cluster);
      assertEquals("a|" + cluster + "b", type(LEFT));
      assertEquals("a|b", type("\u001b[3~"));
      assertEquals("a|b", type(cluster + "\u007f"));
    }
    assertEquals("ae\u0301|b", anew("aeb" + LEFT + "\u0301"), "a mark joins the letter before it");
  }

  @Test
  void pastedTextIsInsertedAndNeverEntered() {
    assertEquals("one\ntwo\tx[A\n|", type("\u001b[200~one\r\ntwo\tx\u0003\u001b[A\n\u001b[201~"));
    assertEquals("a\nb|", anew("a\u001b\rb"), "Alt-Enter");
  }

  @Test
  void arrowsShowWhatWasEnteredAndKeepTheDraft() {
    type("one\rtwo\rtwo\r \r");
    assertEquals("draft|", type("draft"));
    assertEquals("two|", type(UP));
    assertEquals("one|", type("\u0010" + UP));
    assertEquals("draft|", type(DOWN + DOWN + DOWN));
    type(UP + "!\r");
    assertEquals("two!|", type(UP));
    assertEquals("two|", type(UP));
  }

  @Test
  void historyIsBounded() {
    IntStream.range(0, History.MAX_LINES + 10).forEach(i -> type("line " + i + "\r"));
    assertEquals("line 10|", type(UP.repeat(2 * History.MAX_LINES)));
  }

  @Test
  void searchFindsEarlierLines() {
    type("first alpha\rbeta\rlast ALPHA\r");
    assertEquals("last ALPHA|", type("draft\u0012al"));
    assertEquals("(search 'al') ", editor.label());
    assertEquals("first alpha|", type("\u0012"));
    assertEquals("first alpha|", type("\u0012"), "there is no earlier one");
    assertEquals("draft|", type("\u0007"));
    assertEquals("", editor.label());
    assertEquals("beta|", type("\u0012bx\u007f"));
    assertEquals("|beta", type("\u0001"), "another key is applied to the line found");
    assertEquals("", editor.label());
    type("\u0012first\r");
    assertEquals("first alpha|", type(UP), "Enter enters the line found");
  }

  @Test
  void tabShowsOneCandidateAfterTheOther() {
    assertEquals("hi bob |", type("hi b\t"));
    assertEquals("hi ben |", type("\t"));
    assertEquals("hi bob |", type("\t"));
    assertEquals("hi ben |", type("\u001b[Z"));
    assertEquals("hi ben ann |x", type("ax" + LEFT + "\t"));
    assertEquals("hi ben ann bob |x", type("\t"), "after the only candidate, the next word");
    assertEquals("zz|", anew("zz\t"));
  }

  @Test
  void discardedLineCanBeYanked() {
    type("a long line" + LEFT);
    editor.discard();
    assertEquals("|", type(""));
    assertEquals("a long line|", type("\u0019"));
  }

  @Test
  void lineHasABound() {
    String most = "x".repeat(Line.MAX_CHARS);
    assertTrue(editor.press(new Key.Press(Key.TEXT, most)));
    assertFalse(editor.press(new Key.Press(Key.TEXT, "y")));
    assertEquals(most, editor.line().text());
  }
}
