package agentcore.client.unread;

import java.util.regex.Pattern;

/** Finds the mentions of a user, as the server does. */
final class Mentions {
  private static final Pattern IN_WORD = Pattern.compile("[\\p{L}\\p{Nd}\\p{Mn}\\p{Mc}_]");

  private Mentions() {}

  /**
   * Returns whether a text mentions a user: {@code @name}, where neither is part of a longer word.
   */
  static boolean in(String text, String user) {
    String word = "@" + user;
    for (int at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
      int end = at + word.length();
      boolean isInWord =
          (at > 0 && isInWord(text.codePointBefore(at)))
              || (end < text.length() && isInWord(text.codePointAt(end)));
      if (!isInWord) {
        return true;
      }
    }
    return false;
  }

  private static boolean isInWord(int codePoint) {
    return IN_WORD.matcher(Character.toString(codePoint)).matches();
  }
}
