package agentcore.cli.terminal;

import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A text and a cursor in it. The cursor is always between two grapheme clusters (Unicode Standard
 * Annex 29): a letter with its accents or an emoji with its modifiers is one. Not thread-safe.
 */
final class Line {
  /** The longest text; longer than servers accept by default. */
  static final int MAX_CHARS = 16 * 1024;

  /** A position relative to the cursor. */
  enum Place {
    LEFT,
    RIGHT,
    WORD_LEFT,
    WORD_RIGHT,
    /** The beginning of what has no white space in it. */
    BLANK_LEFT,
    START,
    END
  }

  private static final Pattern LINE_BREAK = Pattern.compile("\\r\\n?");
  private static final Pattern CONTROLS = Pattern.compile("[\\p{Cc}\\p{Cs}&&[^\\n\\t]]");

  private List<String> clusters = List.of();
  private int cursor; // how many clusters are before it

  String text() {
    return String.join("", clusters);
  }

  String beforeCursor() {
    return between(0, cursor);
  }

  String afterCursor() {
    return between(cursor, clusters.size());
  }

  private String between(int from, int to) {
    return String.join("", clusters.subList(from, to));
  }

  /** Replaces the text; the cursor goes to its end. */
  void set(String text) {
    set(text, "");
  }

  /** What is before the cursor can join what is after it: then the cursor is behind both. */
  private void set(String before, String after) {
    clusters = Columns.clusters(before + after);
    cursor = 0;
    for (int chars = 0; chars < before.length(); cursor++) {
      chars += clusters.get(cursor).length();
    }
  }

  /** Inserts a text without its control characters. Returns false if it would be too long. */
  boolean insert(String added) {
    String clean = CONTROLS.matcher(LINE_BREAK.matcher(added).replaceAll("\n")).replaceAll("");
    boolean fits = text().length() + clean.length() <= MAX_CHARS;
    if (fits) {
      set(beforeCursor() + clean, afterCursor());
    }
    return fits;
  }

  void move(Place to) {
    cursor = position(to);
  }

  /** Removes the text between the cursor and a place, and returns it. */
  String cut(Place to) {
    int from = Math.min(cursor, position(to));
    int end = Math.max(cursor, position(to));
    String removed = between(from, end);
    set(between(0, from), between(end, clusters.size()));
    return removed;
  }

  private int position(Place place) {
    return switch (place) {
      case LEFT -> Math.max(0, cursor - 1);
      case RIGHT -> Math.min(clusters.size(), cursor + 1);
      case WORD_LEFT -> left(left(cursor, c -> !isInWord(c)), Line::isInWord);
      case WORD_RIGHT -> right(right(cursor, c -> !isInWord(c)), Line::isInWord);
      case BLANK_LEFT -> left(left(cursor, String::isBlank), cluster -> !cluster.isBlank());
      case START -> 0;
      case END -> clusters.size();
    };
  }

  private static boolean isInWord(String cluster) {
    return Character.isLetterOrDigit(cluster.codePointAt(0));
  }

  private int left(int from, Predicate<String> isPart) {
    int at = from;
    while (at > 0 && isPart.test(clusters.get(at - 1))) {
      at--;
    }
    return at;
  }

  private int right(int from, Predicate<String> isPart) {
    int at = from;
    while (at < clusters.size() && isPart.test(clusters.get(at))) {
      at++;
    }
    return at;
  }
}
