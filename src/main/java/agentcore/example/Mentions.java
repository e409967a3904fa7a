package agentcore.example;

import agentcore.core.message.Names;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds the users whom a text mentions: {@code @} and the user's id, where neither is part of a
 * longer word.
 *
 * <p>Who has an id is unknown, and an id may hold spaces and punctuation. So everything behind an
 * {@code @} that could be an id counts: {@code "@Ann Lee, hi"} may mention {@code Ann}, {@code Ann
 * Lee} and {@code Ann Lee, hi}. An id ends before a control character, such as a line feed.
 */
public final class Mentions {
  private static final int MAX = 100;

  private Mentions() {}

  /**
   * Returns what may be the ids of mentioned users, at most {@value #MAX}: the shortest at each
   * {@code @}, then the second at each, and so on.
   */
  public static Set<String> in(String text) {
    int first = text.indexOf('@');
    return first < 0 ? Set.of() : from(text, first);
  }

  private static Set<String> from(String text, int first) {
    List<List<String>> all = new ArrayList<>();
    for (int at = first; at >= 0; at = text.indexOf('@', at + 1)) {
      if (all.size() < MAX && !isWordBefore(text, at)) {
        List<String> ids = idsFrom(text, at + 1);
        if (!ids.isEmpty()) {
          all.add(ids);
        }
      }
    }
    Set<String> ids = new LinkedHashSet<>();
    int longest = all.stream().mapToInt(List::size).max().orElse(0);
    for (int i = 0; i < longest; i++) {
      for (List<String> each : all) {
        if (i < each.size() && ids.size() < MAX) {
          ids.add(each.get(i));
        }
      }
    }
    return ids;
  }

  /** Returns none if no id can begin there: an id neither begins nor ends with white space. */
  private static List<String> idsFrom(String text, int start) {
    List<String> ids = new ArrayList<>();
    if (start < text.length() && isWhiteSpace(text.codePointAt(start))) {
      return ids;
    }
    int end = start;
    for (int length = 1; end < text.length() && length <= Names.MAX_USER_LENGTH; length++) {
      int last = text.codePointAt(end);
      if (Character.isISOControl(last) || last == '/') {
        break; // no id holds one
      }
      end += Character.charCount(last);
      boolean isInWord = end < text.length() && isWord(text.codePointAt(end));
      if (!isInWord && !isWhiteSpace(last)) {
        ids.add(text.substring(start, end));
      }
    }
    return ids;
  }

  private static boolean isWhiteSpace(int codePoint) {
    return Names.trim(Character.toString(codePoint)).isEmpty();
  }

  private static boolean isWordBefore(String text, int at) {
    return at > 0 && isWord(text.codePointBefore(at));
  }

  private static boolean isWord(int codePoint) {
    int type = Character.getType(codePoint);
    return Character.isLetterOrDigit(codePoint)
        || codePoint == '_'
        || type == Character.NON_SPACING_MARK
        || type == Character.COMBINING_SPACING_MARK;
  }
}
