package agentcore.core.serializer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class PlainTextTest {
  private static final int LONGEST = 18;

  @Test
  void everyCharacterIsJudgedByItselfAtEveryPlace() {
    for (int length = 1; length <= LONGEST; length++) {
      for (int at = 0; at < length; at++) {
        for (char c = 0; c < 0x300; c++) {
          String text = " ~\u00ff".repeat(LONGEST).substring(0, at) + c + "€a".repeat(LONGEST);
          text = text.substring(0, length);
          assertEquals(c >= ' ' && c != '\\', PlainText.is(text), (int) c + " at " + at);
        }
      }
    }
  }

  @Test
  void aTextOfNothingIsPlain() {
    assertEquals(true, PlainText.is(""));
  }
}
