package agentcore.core.backend.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.backend.Entry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EntriesTest {
  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(Random random) {
    String letters = "abc\u00e4\u20ac\ud83d\ude00";
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(100) == 0 ? random.nextInt(5_000) : random.nextInt(60);
    for (int i = 0; i < length; i++) {
      text.appendCodePoint(letters.codePointAt(random.nextInt(5)));
    }
    return text.toString();
  }

  @Test
  void returnsWhatWasAddedWhileTheRingWrapsGrowsAndShrinks() {
    Random random = new Random(1);
    Entries entries = new Entries("e", 8);
    ArrayDeque<Entry> expected = new ArrayDeque<>();
    long seq = 8;
    for (int step = 0; step < 20_000; step++) {
      boolean grows = step / 1_000 % 2 == 0; // grows for a thousand steps, then shrinks
      if (expected.isEmpty() || random.nextInt(10) < (grows ? 6 : 4)) {
        Entry entry = new Entry("e", seq, "id-" + seq, text(random));
        entries.addLast(entry.id(), tags(seq), entry.utf8());
        expected.add(entry);
        seq++;
      } else {
        entries.removeFirst();
        expected.removeFirst();
      }
      assertEquals(expected.size(), entries.size());
      if (!expected.isEmpty()) {
        assertEquals(expected.getFirst(), entries.get(expected.getFirst().seq()));
        assertEquals(expected.getLast(), entries.get(seq - 1));
        Entry any = entries.get(entries.firstSeq() + random.nextInt(entries.size()));
        assertTrue(expected.contains(any));
        assertEquals(tags(any.seq()), entries.tags(any.seq()));
        assertEquals(
            Entry.wireBytes(any.utf8().length), Entry.wireBytes(entries.textBytes(any.seq())));
      }
    }
    while (!entries.isEmpty()) {
      assertEquals(expected.removeFirst(), entries.get(entries.firstSeq()));
      entries.removeFirst();
    }
    assertEquals(0, entries.cost());
    assertEquals(seq, entries.firstSeq());
  }

  /** Their length needs one byte or two, and now and then there are none. */
  private static String tags(long seq) {
    return "tag".repeat((int) (seq * 7 % 200));
  }

  @Test
  void refusedIdChangesNothing() {
    Entries entries = new Entries("e", 1);
    entries.addLast("a", "", utf8("{}"));
    assertThrows(
        IllegalArgumentException.class,
        () -> entries.addLast("x".repeat(256), "", utf8("{\"b\":1}")));
    entries.addLast("x".repeat(255), "é\n".repeat(100), utf8("{\"b\":2}"));
    assertEquals(new Entry("e", 1, "a", "{}"), entries.get(1));
    assertEquals(new Entry("e", 2, "x".repeat(255), "{\"b\":2}"), entries.get(2));
  }

  /** A block comes for each that goes: a full log allocates nothing but now and then a spare. */
  @Test
  void costsAboutItsBytesAndNoMoreWhenEntriesComeAndGo() {
    Entries entries = new Entries("e", 1);
    byte[] text = utf8("x".repeat(300));
    for (int i = 0; i < 1_000; i++) {
      entries.addLast("id", "tag", text);
    }
    long full = entries.cost();
    assertTrue(full > 300_000 && full < 350_000, full + " bytes");
    for (int i = 0; i < 10_000; i++) {
      entries.addLast("id", "tag", text);
      entries.removeFirst();
    }
    assertTrue(entries.cost() <= full + 4_096, entries.cost() + " bytes");
    while (entries.size() > 10) {
      entries.removeFirst();
    }
    assertTrue(entries.cost() < 20_000, entries.cost() + " bytes");
  }
}
