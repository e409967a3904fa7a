package agentcore.cli.terminal;

import java.text.BreakIterator;
import java.util.Locale;
import java.util.function.IntPredicate;
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

  private final BreakIterator clusters = BreakIterator.getCharacterInstance(Locale.ROOT);
  private String text = "";
  private int cursor;

  String text() {
    return text;
  }

  int cursor() {
    return cursor;
  }

  /** Replaces the text; the cursor goes to its end. */
  void set(String newText) {
    change(newText, newText.length());
  }

  private void change(String newText, int at) {
    text = newText;
    clusters.setText(text);
    cursor = at == 0 || clusters.isBoundary(at) ? at : clusters.following(at);
  }

  /** Inserts a text without its control characters. Returns false if it would be too long. */
  boolean insert(String added) {
    String clean = CONTROLS.matcher(LINE_BREAK.matcher(added).replaceAll("\n")).replaceAll("");
    if (text.length() + clean.length() > MAX_CHARS) {
      return false;
    }
    change(text.substring(0, cursor) + clean + text.substring(cursor), cursor + clean.length());
    return true;
  }

  void move(Place to) {
    cursor = position(to);
  }

  /** Removes the text between the cursor and a place, and returns it. */
  String cut(Place to) {
    int from = Math.min(cursor, position(to));
    int end = Math.max(cursor, position(to));
    String removed = text.substring(from, end);
    change(text.substring(0, from) + text.substring(end), from);
    return removed;
  }

  private int position(Place place) {
    return switch (place) {
      case LEFT -> cursor == 0 ? 0 : clusters.preceding(cursor);
      case RIGHT -> cursor == text.length() ? cursor : clusters.following(cursor);
      case WORD_LEFT -> left(left(cursor, c -> !isInWord(c)), Line::isInWord);
      case WORD_RIGHT -> right(right(cursor, c -> !isInWord(c)), Line::isInWord);
      case BLANK_LEFT ->
          left(left(cursor, Character::isWhitespace), c -> !Character.isWhitespace(c));
      case START -> 0;
      case END -> text.length();
    };
  }

  private static boolean isInWord(int codePoint) {
    return Character.isLetterOrDigit(codePoint);
  }

  /** Returns where the clusters that begin with such a character begin, left of a position. */
  private int left(int from, IntPredicate isPart) {
    int at = from;
    while (at > 0 && isPart.test(text.codePointAt(clusters.preceding(at)))) {
      at = clusters.preceding(at);
    }
    return at;
  }

  private int right(int from, IntPredicate isPart) {
    int at = from;
    while (at < text.length() && isPart.test(text.codePointAt(at))) {
      at = clusters.following(at);
    }
    return at;
  }
}
