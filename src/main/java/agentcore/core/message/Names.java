package agentcore.core.message;

import java.util.Optional;
import java.util.regex.Pattern;

/** Rules for text in messages: white space, length and control characters, by code point. */
public final class Names {
  /** The maximum length of a user id, in code points. */
  public static final int MAX_USER_LENGTH = 64;

  private static final char DELETE = 0x7f;
  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cntrl}\\p{Z}\\p{C}]");

  private Names() {}

  /** Returns {@code text} without leading and trailing Unicode white space. */
  public static String trim(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && isWhiteSpace(text.charAt(start))) {
      start++;
    }
    while (end > start && isWhiteSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  /** Returns the length of {@code text} in code points. */
  public static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /** Tests whether {@code text} holds a control character (C0, DEL or C1). */
  public static boolean hasControl(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  /** Returns what is wrong with a user id, if anything is. */
  public static Optional<String> userFault(String user) {
    if (length(user) < 1 || length(user) > MAX_USER_LENGTH) {
      return Optional.of("User id must have 1 to " + MAX_USER_LENGTH + " characters");
    }
    return hasControl(user) || user.indexOf('/') >= 0
        ? Optional.of("User id must hold neither control characters nor /")
        : Optional.empty();
  }

  /** Returns the user of the connection with the name {@code channel}; empty for other texts. */
  public static Optional<String> userOf(String channel) {
    int slash = channel.lastIndexOf('/'); // which no user id holds
    return slash < 0 ? Optional.empty() : Optional.of(channel.substring(0, slash));
  }

  /** Returns {@code text} for a log line: with a question mark for white space and controls. */
  public static String printable(String text) {
    return isPlain(text) ? text : UNPRINTABLE.matcher(text).replaceAll("?");
  }

  /** Tests quickly for printable ASCII, of which nearly all names consist. */
  private static boolean isPlain(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) <= ' ' || text.charAt(i) >= DELETE) {
        return false;
      }
    }
    return true;
  }

  /** Returns at most the first {@code max} code points of {@code text}. */
  public static String cut(String text, int max) {
    return length(text) <= max ? text : text.substring(0, text.offsetByCodePoints(0, max));
  }

  /** The Unicode property White_Space, all of which lies in the basic plane. */
  private static boolean isWhiteSpace(char c) {
    return Character.isSpaceChar(c) || (c >= '\t' && c <= '\r') || c == '\u0085';
  }
}
