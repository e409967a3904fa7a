package agentcore.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KeyDecoderTest {
  private static final String EMOJI = "\ud83d\ude00";

  private static List<String> keys(String... parts) {
    KeyDecoder decoder = new KeyDecoder();
    List<String> keys = new ArrayList<>();
    for (String part : parts) {
      for (Key.Press press : decoder.decode(part)) {
        keys.add(press.key() == Key.TEXT ? press.text() : press.key().name());
      }
    }
    return keys;
  }

  @Test
  void everySequenceCanArriveInParts() {
    for (Map.Entry<String, Key> entry : Key.table().entrySet()) {
      if (entry.getValue() != Key.PASTE) {
        List<String> expected = List.of("a", entry.getValue().name(), "b");
        String sent = entry.getKey();
        assertEquals(expected, keys("a" + sent + "b"));
        for (int i = 0; i <= sent.length(); i++) {
          assertEquals(expected, keys("a" + sent.substring(0, i), sent.substring(i) + "b"));
        }
      }
    }
  }

  @Test
  void surrogatesAndPastesCanArriveInParts() {
    String paste = "\u001b[200~a\r\u0003\u001b[A" + EMOJI + "\u001b[201~";
    for (int i = 0; i <= paste.length(); i++) {
      List<String> keys = keys(paste.substring(0, i), paste.substring(i), "\r");
      assertEquals("a\r\u0003\u001b[A" + EMOJI, String.join("", keys.subList(0, keys.size() - 1)));
      assertEquals("ENTER", keys.getLast());
    }
    assertEquals(List.of("x", EMOJI + "y"), keys("x\ud83d", "\ude00y"));
  }

  @Test
  void unknownSequencesAreIgnored() {
    assertEquals(
        List.of("a", "b", "c", "d"), keys("a\u001b[24~b\u001b[<0;1;2Mc\u001bOPd\u0000\u001c"));
    assertEquals(List.of("xy"), keys("\u001bxy"), "Escape before a key is ignored");
    assertEquals(List.of("[", "HOME"), keys("\u001b[\u0001"));
  }
}
