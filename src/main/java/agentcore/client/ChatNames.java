package agentcore.client;

import agentcore.core.message.Names;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The server's rules for names, texts and ids. The client uses a name in the form of the server.
 */
final class ChatNames {
  private static final int MAX_ROOM = 50;
  private static final int MAX_ID = 64;
  private static final Pattern IN_WORD = Pattern.compile("[\\p{L}\\p{Nd}\\p{Mn}\\p{Mc}_]");

  private ChatNames() {}

  /**
   * Returns a room name in the form in which the server repeats it.
   *
   * @throws ChatException if the server would refuse the name
   */
  static String room(String name) {
    String trimmed = Names.trim(name);
    if (trimmed.isEmpty()) {
      throw ChatException.of("VALIDATION_FAILED", "Room name is required");
    }
    if (Names.hasControl(trimmed) || hasHalfPair(trimmed)) {
      throw ChatException.of(
          "INVALID_MESSAGE_FORMAT",
          "A room name must not contain control characters or unpaired surrogates");
    }
    if (Names.length(trimmed) > MAX_ROOM) {
      throw ChatException.of(
          "VALIDATION_FAILED", "Room name too long (max " + MAX_ROOM + " characters)");
    }
    return trimmed;
  }

  /** Returns a user id in the form of the server. */
  static String user(String id) {
    String trimmed = Names.trim(id);
    Optional<String> fault =
        trimmed.equals(".") || trimmed.equals("..") || hasHalfPair(trimmed)
            ? Optional.of("Not a user id: " + trimmed)
            : Names.userFault(trimmed);
    if (fault.isPresent()) {
      throw ChatException.of("VALIDATION_FAILED", fault.get());
    }
    return trimmed;
  }

  /** Returns the id of a message, if the server's reply would contain it. */
  static String messageId(String id) {
    if (id.isEmpty() || Names.length(id) > MAX_ID || hasHalfPair(id)) {
      throw ChatException.of(
          "INVALID_MESSAGE_FORMAT", "An id must be a string of 1 to " + MAX_ID + " characters");
    }
    return id;
  }

  /** Replaces unpaired surrogates by U+FFFD, since they cannot be sent. */
  static String wellFormed(String text) {
    if (!hasHalfPair(text)) {
      return text;
    }
    StringBuilder mended = new StringBuilder();
    text.codePoints().forEach(each -> mended.appendCodePoint(isHalfPair(each) ? 0xfffd : each));
    return mended.toString();
  }

  /**
   * Returns whether a text mentions a user: {@code @name}, where neither is part of a longer word.
   */
  static boolean mentions(String text, String user) {
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

  private static boolean hasHalfPair(String text) {
    return text.codePoints().anyMatch(ChatNames::isHalfPair);
  }

  private static boolean isHalfPair(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }
}
