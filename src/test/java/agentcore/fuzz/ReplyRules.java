package agentcore.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.message.ErrorCode;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What every text frame of the server must be: sections 1, 3 and 5 of the protocol. */
final class ReplyRules {
  private static final Pattern SECONDS = Pattern.compile("[0-9]+\\.[0-9]{3}");

  /** Each type, its fields, and with a question mark those that it need not have. */
  private static final String TABLE =
      """
      welcome message user_id username rooms ?seq ?epoch ?recovered
      chat_message user_id username room text seq epoch message_id
      ack ?id room seq epoch message_id duplicate
      room_created ?id room is_public
      room_joined ?id room seq epoch ?recovered
      room_info ?id room user_count created_by is_public
      room_left ?id room
      rooms_list ?id rooms ?more
      room_users ?id room users ?more
      message_history ?id room messages seq epoch ?more
      private_message from_user_id from_username to_user_id to_username text
      private_message_sent ?id to_user_id to_username text
      user_joined_room user_id username room
      user_left_room user_id username room
      user_left user_id username room
      user_typing_start user_id username room
      user_typing_stop user_id username room
      user_removed ?id room user_id username
      user_invited ?id room to_username
      room_invitation room from_username
      user_status ?id username status connections last_seen
      room_reset room seq epoch reason
      pong ?id
      error ?id message message_type error_code retryable ?retry_after
      """;

  private static final Map<String, Set<String>> ALLOWED = new HashMap<>();
  private static final Map<String, Set<String>> REQUIRED = new HashMap<>();

  static {
    for (String line : TABLE.lines().toList()) {
      String[] words = line.split(" ");
      Set<String> allowed = new HashSet<>(Set.of("type", "timestamp"));
      Set<String> required = new HashSet<>(allowed);
      for (int i = 1; i < words.length; i++) {
        boolean isOptional = words[i].startsWith("?");
        allowed.add(isOptional ? words[i].substring(1) : words[i]);
        if (!isOptional) {
          required.add(words[i]);
        }
      }
      ALLOWED.put(words[0], allowed);
      REQUIRED.put(words[0], required);
    }
  }

  private ReplyRules() {}

  /** Reads a frame's text, or fails with the rule that it breaks. */
  static JsonObject check(String text) {
    assertTrue(JsonGrammar.isJson(text), () -> "no JSON: " + text);
    JsonObject frame = JsonParser.parseString(text).getAsJsonObject();
    String type = frame.get("type").getAsString();
    assertTrue(ALLOWED.containsKey(type), () -> "unknown type: " + text);
    assertTrue(ALLOWED.get(type).containsAll(frame.keySet()), () -> "a field too many: " + text);
    assertTrue(frame.keySet().containsAll(REQUIRED.get(type)), () -> "a field too few: " + text);
    String timestamp = frame.get("timestamp").getAsString();
    assertTrue(SECONDS.matcher(timestamp).matches(), () -> "not of three decimals: " + text);
    if (type.equals("error")) {
      checkError(frame);
    }
    return frame;
  }

  private static void checkError(JsonObject error) {
    ErrorCode code = ErrorCode.valueOf(error.get("error_code").getAsString());
    assertNotEquals(ErrorCode.INTERNAL_ERROR, code, error.toString());
    assertNotEquals(ErrorCode.BACKEND_UNAVAILABLE, code, error.toString());
    assertEquals(code.retryable(), error.get("retryable").getAsBoolean(), error.toString());
    assertFalse(error.get("message").getAsString().isEmpty(), error.toString());
    String type = error.get("message_type").getAsString();
    assertTrue(type.codePointCount(0, type.length()) <= 64, error.toString());
  }
}
