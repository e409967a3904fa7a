package agentcore.cli.terminal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.process.VirtualScreen;
import java.text.BreakIterator;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/**
 * Random keys and messages: the cursor stays between clusters, and the screen always shows the
 * messages and, below them, the line. {@code agentcore.seed} repeats a run.
 */
class EditorFuzzTest {
  private static final List<String> KEYS =
      Key.table().keySet().stream().sorted().filter(key -> !key.equals("\u001b[200~")).toList();

  private static final List<String> TEXTS =
      List.of(
          "a",
          "word ",
          " ",
          "\u6f22\u5b57",
          "\ud83d\ude00",
          "\ud83d\udc69\u200d\ud83d\udc67",
          "\u0301",
          "\u200d",
          "\ud83c\udde9",
          "\u202e",
          "\ud83d",
          "\u001b[200~pasted\r\ntext\u001b[201~",
          "a line that is longer than the screen is wide, and a little more than that");

  private final long seed = Long.getLong("agentcore.seed", System.nanoTime());
  private final KeyDecoder decoder = new KeyDecoder();
  private final LineEditor editor =
      new LineEditor(before -> new Completer.Completion(before.length() / 2, TEXTS));

  private static RandomGenerator generator(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  private String keys(RandomGenerator from) {
    List<String> some = from.nextInt(3) == 0 ? KEYS : TEXTS;
    String keys = some.get(from.nextInt(some.size()));
    return from.nextInt(20) == 0 ? keys.substring(0, from.nextInt(keys.length())) : keys;
  }

  private void press(Key.Press press) {
    if (!editor.press(press) && press.key() == Key.ENTER) {
      editor.entered();
    }
  }

  @Test
  void cursorIsAlwaysBetweenClusters() {
    RandomGenerator from = generator(seed);
    for (int i = 0; i < Integer.getInteger("agentcore.inputs", 20_000); i++) {
      String keys = keys(from);
      decoder.decode(keys).forEach(this::press);
      String text = editor.line().text();
      int cursor = editor.line().beforeCursor().length();
      BreakIterator clusters = BreakIterator.getCharacterInstance(Locale.ROOT);
      clusters.setText(text);
      assertTrue(
          cursor >= 0 && cursor <= text.length() && (cursor == 0 || clusters.isBoundary(cursor)),
          () -> "seed " + seed + ", cursor " + cursor + " in " + text);
      assertTrue(text.length() <= Line.MAX_CHARS, () -> "seed " + seed);
    }
  }

  @Test
  void screenShowsMessagesAndLineBelowThem() {
    RandomGenerator from = generator(seed);
    for (int round = 0; round < 20; round++) {
      play(from, "seed " + seed + ", round " + round);
    }
  }

  private void play(RandomGenerator from, String where) {
    int width = 23;
    VirtualScreen real = new VirtualScreen(width, 60);
    Screen screen = new Screen(new Size(width, 60));
    int messages = 0;
    for (int i = 0; i < 150; i++) {
      real.write(screen.erase());
      if (from.nextInt(4) == 0) {
        real.write("message " + messages++ + "\r\n");
      } else if (from.nextInt(10) == 0) {
        real.write(
            screen.draw("", "room> ", editor.line().beforeCursor(), editor.line().afterCursor()));
        width = from.nextInt(9, 40);
        real.resize(width);
        screen.resize(new Size(width, 60));
        real.write(screen.erase());
      } else {
        decoder.decode(keys(from)).forEach(this::press);
        if (editor.line().text().length() > 300) {
          press(new Key.Press(Key.ENTER, ""));
        }
      }
      real.write(
          screen.draw("", "room> ", editor.line().beforeCursor(), editor.line().afterCursor()));
      VirtualScreen fresh = new VirtualScreen(width, 60);
      fresh.write(
          new Screen(new Size(width, 60))
              .draw("", "room> ", editor.line().beforeCursor(), editor.line().afterCursor()));
      List<String> below = fresh.linesWithCursor();
      List<String> all = real.linesWithCursor();
      int first = Math.max(0, all.size() - below.size());
      assertEquals(below, all.subList(first, all.size()), where + ", step " + i);
      assertEquals(
          messages,
          all.subList(0, first).stream().filter(line -> line.startsWith("message ")).count(),
          where + ", step " + i);
    }
  }
}
