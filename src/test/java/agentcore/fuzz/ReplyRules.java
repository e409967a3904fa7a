package agentcore.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.message.ErrorCode;
import agentcore.testkit.protocol.Description;
import agentcore.testkit.protocol.ErrorCodes;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Checks every text frame from the server: it matches the description and reports no server defect.
 */
final class ReplyRules {
  private static final Pattern SECONDS = Pattern.compile("[0-9]+\\.[0-9]{3}");

  private ReplyRules() {}

  /** Parses a frame, or fails with the rule that it violates. */
  static JsonObject check(String text) {
    assertTrue(JsonGrammar.isJson(text), () -> "not JSON: " + text);
    JsonObject frame = JsonParser.parseString(text).getAsJsonObject();
    assertEquals(Optional.empty(), Description.faultOfEvent(frame), text);
    String timestamp = frame.get("timestamp").getAsString();
    assertTrue(SECONDS.matcher(timestamp).matches(), () -> "not three decimals: " + text);
    if (frame.get("type").getAsString().equals("error")) {
      checkError(frame);
    }
    return frame;
  }

  private static void checkError(JsonObject error) {
    String code = error.get("error_code").getAsString();
    assertTrue(ErrorCodes.all().contains(code), error.toString());
    assertNotEquals(ErrorCode.INTERNAL_ERROR.name(), code, error.toString());
    assertNotEquals(ErrorCode.BACKEND_UNAVAILABLE.name(), code, error.toString());
    boolean isRetryable = code.equals(ErrorCode.RATE_LIMIT_EXCEEDED.name());
    assertEquals(isRetryable, error.get("retryable").getAsBoolean(), error.toString());
  }
}
