package agentcore.client;

import agentcore.client.requests.Failure;
import agentcore.core.message.Names;
import com.google.gson.Gson;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import java.util.Map;
import java.util.Optional;

/**
 * Checks what the application passes to the client by the server's rules for names, texts and ids,
 * and returns it in the form in which the client sends it.
 */
final class Arguments {
  private static final Gson GSON = new Gson();
  private static final int MAX_ROOM = 50;
  private static final int MAX_ID = 64;

  private Arguments() {}

  /**
   * Returns a room name in the form in which the server repeats it.
   *
   * @throws ChatException if the server would refuse the name
   */
  static String room(String name) {
    String trimmed = Names.trim(name);
    if (trimmed.isEmpty()) {
      throw refused("VALIDATION_FAILED", "Room name is required");
    }
    if (Names.hasControl(trimmed) || hasHalfPair(trimmed)) {
      throw refused(
          "INVALID_MESSAGE_FORMAT",
          "A room name must not contain control characters or unpaired surrogates");
    }
    if (Names.length(trimmed) > MAX_ROOM) {
      throw refused("VALIDATION_FAILED", "Room name too long (max " + MAX_ROOM + " characters)");
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
      throw refused("VALIDATION_FAILED", fault.get());
    }
    return trimmed;
  }

  /** Returns the id of a message, if the server's reply would contain it. */
  static String messageId(String id) {
    if (id.isEmpty() || Names.length(id) > MAX_ID || hasHalfPair(id)) {
      throw refused(
          "INVALID_MESSAGE_FORMAT", "An id must be a string of 1 to " + MAX_ID + " characters");
    }
    return id;
  }

  /**
   * Returns the data of a request.
   *
   * @throws ChatException if they cannot be JSON
   */
  static JsonObject json(Map<String, ?> data) {
    try {
      return GSON.toJsonTree(data).getAsJsonObject();
    } catch (JsonParseException | IllegalArgumentException e) {
      throw refused("INVALID_MESSAGE_FORMAT", "Not JSON: " + e.getMessage());
    }
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

  private static ChatException refused(String code, String message) {
    return new ChatException(Failure.of(code, message));
  }

  private static boolean hasHalfPair(String text) {
    return text.codePoints().anyMatch(Arguments::isHalfPair);
  }

  private static boolean isHalfPair(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }
}
