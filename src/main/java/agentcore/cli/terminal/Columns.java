package agentcore.cli.terminal;

import agentcore.cli.common.Printable;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** How many columns of a terminal a text takes, as wcwidth of the GNU C library counts them. */
final class Columns {
  private static final Pattern CLUSTER = Pattern.compile("\\X");

  /** Marks and joiners, which are drawn over the character before them. */
  private static final Pattern NOTHING =
      Pattern.compile("[\\p{Mn}\\p{Me}\\p{Cf}\\x{1160}-\\x{11FF}]");

  /** Wide and Fullwidth of Unicode Standard Annex 11. */
  private static final Pattern WIDE =
      Pattern.compile(
          "[\\x{1100}-\\x{115F}\\x{2E80}-\\x{303E}\\x{3041}-\\x{4DBF}\\x{4E00}-\\x{A4CF}"
              + "\\x{A960}-\\x{A97C}\\x{AC00}-\\x{D7A3}\\x{F900}-\\x{FAFF}\\x{FE10}-\\x{FE19}"
              + "\\x{FE30}-\\x{FE6B}\\x{FF01}-\\x{FF60}\\x{FFE0}-\\x{FFE6}\\x{16FE0}-\\x{1B2FB}"
              + "\\x{1F200}-\\x{1F265}\\x{20000}-\\x{3FFFD}]"
              + "|[\\p{IsEmoji_Presentation}&&[^\\x{1F1E6}-\\x{1F1FF}]]");

  private Columns() {}

  /** Returns the grapheme clusters of a text. */
  static List<String> clusters(String text) {
    return CLUSTER.matcher(text).results().map(MatchResult::group).toList();
  }

  /** Returns what is drawn for a cluster of the line: a line break is one mark. */
  static String drawn(String cluster) {
    return cluster.equals("\n") ? "\u23CE" : Printable.line(cluster);
  }

  static int of(String text) {
    return text.codePoints().map(Columns::of).sum();
  }

  /** Returns the beginning of a text that fits into some columns; a mark shows that it is cut. */
  static String cut(String text, int columns) {
    StringBuilder kept = new StringBuilder();
    int left = columns;
    for (String cluster : clusters(text)) {
      left -= of(drawn(cluster));
      if (left < 1) {
        return kept.append('\u2026').toString();
      }
      kept.append(cluster);
    }
    return text;
  }

  private static int of(int codePoint) {
    String character = Character.toString(codePoint);
    if (codePoint < 0x300) {
      return 1;
    }
    return NOTHING.matcher(character).matches() ? 0 : WIDE.matcher(character).matches() ? 2 : 1;
  }
}
