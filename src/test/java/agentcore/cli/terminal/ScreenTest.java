package agentcore.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.testkit.process.VirtualScreen;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is seen, with the cursor as a bar. */
class ScreenTest {
  private final VirtualScreen seen = new VirtualScreen(10, 8);
  private final Screen screen = new Screen(new Size(10, 8));

  private List<String> drawn(String text, int cursor) {
    seen.write(
        screen.erase()
            + screen.draw("\u001b[1m", "r> ", text.substring(0, cursor), text.substring(cursor)));
    return seen.linesWithCursor();
  }

  private List<String> drawn(String text) {
    return drawn(text, text.length());
  }

  @Test
  void lineIsWrappedAtTheWidth() {
    assertEquals(List.of("r> |"), drawn(""));
    assertEquals(List.of("r> 123456|"), drawn("123456"));
    assertEquals(List.of("r> 1234567", "|"), drawn("1234567"));
    assertEquals(List.of("r> 123456|7"), drawn("1234567", 6));
    assertEquals(List.of("r> 1234567", "|8"), drawn("12345678", 7));
    assertEquals(List.of("r> 1234567", "89|"), drawn("123456789"));
    assertEquals(List.of("r> |1234567", "89"), drawn("123456789", 0));
    assertEquals(List.of("r> |"), drawn(""));
  }

  @Test
  void wideCharacterIsNotCutAtTheEdge() {
    assertEquals(List.of("r> \u6f22\u5b57\u6f22", "\u5b57|"), drawn("\u6f22\u5b57\u6f22\u5b57"));
    assertEquals(List.of("r> \u6f22\u5b57\u6f22", "|\u5b57"), drawn("\u6f22\u5b57\u6f22\u5b57", 3));
    assertEquals(List.of("r> e\u0301x|"), drawn("e\u0301x"));
  }

  @Test
  void controlsAndLineBreaksAreMarks() {
    assertEquals(List.of("r> a\u23ceb \uFFFDc|"), drawn("a\nb\t\u202ec"));
  }

  @Test
  void longLineTakesHalfOfTheScreenAroundTheCursor() {
    String text = "0123456789".repeat(9);
    assertEquals(4, drawn(text).size());
    assertEquals("789|", drawn(text.substring(0, 70)).getLast());
    assertEquals("r> |0123456", drawn(text, 0).getFirst());
    assertEquals(4, drawn(text, 0).size());
    assertEquals(4, drawn(text, 45).size());
  }

  @Test
  void narrowerWindowLosesNoMessage() {
    seen.write("a message\r\n");
    assertEquals(List.of("a message", "r> 1234567", "8|"), drawn("12345678"));
    seen.resize(5);
    screen.resize(new Size(5, 8));
    assertEquals(List.of("a mes", "sage", "r> 12", "34567", "8|"), drawn("12345678"));
  }

  @Test
  void sizeIsReadFromStty() {
    assertEquals(new Size(80, 24), Size.parse("24 80\n"));
    assertEquals(new Size(80, 24), Size.parse("0 0"));
    assertEquals(new Size(80, 24), Size.parse("stty: no"));
    assertEquals(new Size(2, 2), Size.parse("1 1"));
  }

  @Test
  void widthsAreThoseOfUnicode() {
    assertEquals(4, Columns.of("\u6f22\u5b57"));
    assertEquals(2, Columns.of("\ud83d\ude00"));
    assertEquals(1, Columns.of("e\u0301"));
    assertEquals(2, Columns.of("\uff21"));
    assertEquals(2, Columns.of("\uac00"));
    assertEquals(1, Columns.of("\u00e4"));
    assertEquals("ab\u2026", Columns.cut("abcdef", 3));
    assertEquals("abc", Columns.cut("abc", 4));
    assertEquals("\u6f22\u2026", Columns.cut("\u6f22\u5b57\u6f22", 4));
  }
}
