package agentcore.core.serializer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RecentStringsTest {
  private static final int LONGEST = 20;

  private final RecentStrings recent = new RecentStrings();

  /** Looks the text up amid other bytes, or at the end of them. */
  private String find(String text, String before, String after) {
    byte[] bytes = (before + text + after).getBytes(UTF_8);
    int from = before.getBytes(UTF_8).length;
    return recent.find(bytes, from, from + text.getBytes(UTF_8).length);
  }

  @Test
  void stringsOfAllLengthsAreFoundAmidAnyBytes() {
    for (int length = 0; length <= LONGEST; length++) {
      String text = "abcdefghijklmnopqrst".substring(0, length);
      for (String after : new String[] {"", "\"", "\",\"more\":\"and more\"", "\u0000\u0000"}) {
        assertEquals(text, find(text, "{\"", after));
        assertEquals(text, find(text, "", after));
      }
    }
  }

  @Test
  void repeatedStringIsTheSameObject() {
    assertSame(find("lobby", "1", "         "), find("lobby", "22", "xxxxxxxxx"));
    assertSame(find("chat_message", "", "\""), find("chat_message", "", "\",\"data\""));
  }

  @Test
  void stringsThatDifferOnlyInZerosOrLengthAreTold() {
    String[] similar = {
      "",
      "\u0000",
      "\u0000\u0000",
      "a",
      "a\u0000",
      "aaaaaaaa",
      "aaaaaaaaa",
      "aaaaaaaaaa",
      "aaaaaaaa\u0000"
    };
    for (String first : similar) {
      for (String second : similar) {
        assertEquals(first, find(first, "", "          "));
        assertEquals(second, find(second, "", "          "));
      }
    }
  }

  @Test
  void randomStringsAreFoundWhateverWasFoundBefore() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 100_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(LONGEST); length > 0; length--) {
        text.append("ab0\u00e4\u20ac".charAt(random.nextInt(5)));
      }
      assertEquals(text.toString(), find(text.toString(), "x", "y".repeat(random.nextInt(10))));
    }
  }
}
