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
    long cost = 0;
    long seq = 8;
    for (int step = 0; step < 20_000; step++) {
      boolean grows = step / 1_000 % 2 == 0; // grows for a thousand steps, then shrinks
      if (expected.isEmpty() || random.nextInt(10) < (grows ? 6 : 4)) {
        Entry entry = new Entry("e", seq, "id-" + seq, text(random));
        cost += entries.addLast(entry.id(), tags(seq), entry.utf8());
        expected.add(entry);
        seq++;
      } else {
        cost += entries.removeFirst();
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
      cost += entries.removeFirst();
    }
    assertEquals(0, cost);
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
    long cost = 0;
    for (int i = 0; i < 1_000; i++) {
      cost += entries.addLast("id", "tag", text);
    }
    assertTrue(cost > 300_000 && cost < 350_000, cost + " bytes");
    long full = cost;
    for (int i = 0; i < 10_000; i++) {
      cost += entries.addLast("id", "tag", text);
      cost += entries.removeFirst();
    }
    assertTrue(cost <= full + 4_096, cost + " bytes");
    while (entries.size() > 10) {
      cost += entries.removeFirst();
    }
    assertTrue(cost < 20_000, cost + " bytes");
  }
}
