package agentcore.cli.common;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.gson.JsonParser;
import org.junit.jupiter.api.Test;

class PrintableTest {
  @Test
  void removesEveryControlCharacter() {
    StringBuilder all = new StringBuilder();
    for (char c = 0; c < 0x100; c++) {
      all.append(c);
    }
    assertFalse(Printable.line(all.toString()).chars().anyMatch(Character::isISOControl));
    assertFalse(Printable.json(all.toString()).chars().anyMatch(Character::isISOControl));
  }

  @Test
  void replacesTheStartOfAnEscapeSequence() {
    assertEquals("\uFFFD]0;owned\uFFFD", Printable.line("\u001b]0;owned\u0007"));
    assertEquals("\uFFFD2J", Printable.line("\u009b2J"));
  }

  @Test
  void lineBreakCannotForgeAnotherLine() {
    for (String lineBreak : new String[] {"\n", "\r", "\r\n", "\u0085", "\u2028", "\u2029"}) {
      String text = "hi" + lineBreak + "[lobby] boss: pay him";
      assertEquals("hi \u23CE [lobby] boss: pay him", Printable.line(text));
    }
  }

  @Test
  void replacesBidirectionalControls() {
    assertEquals("\uFFFDgpj.exe", Printable.line("\u202Egpj.exe"));
    assertEquals("\uFFFDa\uFFFD", Printable.line("\u2066a\u2069"));
  }

  @Test
  void keepsOrdinaryTextOfAnyScript() {
    String text = "häh? \uD83D\uDE00 \uD83D\uDC69\u200D\uD83D\uDCBB شكرا नमस्ते ‘x’";
    assertEquals(text, Printable.line(text));
  }

  @Test
  void jsonOnOneLineHasTheSameMeaning() {
    String json = "{\"a\":\n\t\"\u007f\u009b2J\",\r\n\"b\":\"\\u001b\"}";
    String line = Printable.json(json);
    assertEquals(1, line.lines().count());
    assertEquals(JsonParser.parseString(json), JsonParser.parseString(line));
  }
}
