package agentcore.core.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
  @ParameterizedTest
  @ValueSource(
      ints = {
        0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x20, 0x85, 0xa0, 0x1680, 0x2000, 0x2001, 0x2002, 0x2003,
        0x2004, 0x2005, 0x2006, 0x2007, 0x2008, 0x2009, 0x200a, 0x2028, 0x2029, 0x202f, 0x205f,
        0x3000
      })
  void unicodeWhiteSpaceIsTrimmedAtBothEnds(int codePoint) {
    String space = Character.toString(codePoint);
    assertEquals("a" + space + "b", Names.trim(space + space + "a" + space + "b" + space));
    assertEquals("", Names.trim(space));
  }

  @ParameterizedTest
  @ValueSource(ints = {0x00, 0x08, 0x0e, 0x1c, 0x1f, 0x7f, 0x180e, 0x200b, 0x200d, 0x2060, 0xfeff})
  void otherCharactersAreNotTrimmed(int codePoint) {
    String text = Character.toString(codePoint) + "a" + Character.toString(codePoint);
    assertEquals(text, Names.trim(text));
  }

  @Test
  void emptyTextIsTrimmed() {
    assertEquals("", Names.trim(""));
    assertEquals("a", Names.trim("a"));
    assertEquals("😀", Names.trim(" 😀 "));
  }

  @Test
  void lengthsAreCodePoints() {
    assertEquals(0, Names.length(""));
    assertEquals(3, Names.length("a😀ä"));
    assertEquals(2, Names.length("e\u0301"));
  }

  @Test
  void controlCharactersAreThoseOfC0DelAndC1() {
    for (int c = 0; c < 0x300; c++) {
      boolean control = c < 0x20 || (c >= 0x7f && c < 0xa0);
      assertEquals(control, Names.hasControl("a" + (char) c + "b"), "" + c);
    }
    assertFalse(Names.hasControl("\u200b\u2028😀"));
  }

  @Test
  void cuttingNeverSplitsAPair() {
    assertEquals("a😀", Names.cut("a😀b", 2));
    assertEquals("a😀b", Names.cut("a😀b", 3));
    assertEquals("a😀b", Names.cut("a😀b", 100));
    assertEquals("", Names.cut("a", 0));
  }
}
