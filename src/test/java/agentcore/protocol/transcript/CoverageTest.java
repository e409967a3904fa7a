package agentcore.protocol.transcript;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.Config;
import agentcore.core.message.CloseCode;
import agentcore.core.message.ErrorCode;
import agentcore.example.ChatConsumer;
import agentcore.testkit.protocol.Description;
import agentcore.testkit.protocol.ErrorCodes;
import com.google.gson.JsonElement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The transcripts and the protocol page cover everything the server can do. */
class CoverageTest {
  /** Failures of the store and of the server itself: see {@code FaultyStoreTest}. */
  private static final Set<String> SERVER_ERRORS =
      Set.of(ErrorCode.BACKEND_UNAVAILABLE.name(), ErrorCode.INTERNAL_ERROR.name());

  /** Sent only if the store loses data, which no transcript can cause. */
  private static final Set<String> RESETS = Set.of("room_reset", "inbox_reset");

  private static final List<String> SENTENCES =
      List.of(
          "Invalid JSON format",
          "Message type is required",
          "Unknown message type: ",
          "Room name is required",
          "Room name too long (max 50 characters)",
          "Message text is required",
          "Message too long (max ",
          "Target user ID is required",
          "Limit must be between 1 and ",
          "Message id already used",
          "Room not found: ",
          "Room already exists",
          "Not in room: ",
          "Only the room's creator may do this",
          "User not found",
          "Either room or target_user_id is required",
          "Rate limit exceeded",
          "Too many private messages from you (max ",
          "Too many private messages to this user (max ",
          "Too many private messages on this server (max ");

  private static Set<String> events() {
    return Description.messages().stream()
        .filter(name -> !name.endsWith(".request") && !RESETS.contains(name))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> requests() {
    return new ChatConsumer(Config.defaults()).handlers().keySet();
  }

  private static Set<String> values(String field) {
    return TranscriptContract.steps()
        .flatMap(Step::received)
        .map(JsonElement::getAsJsonObject)
        .filter(frame -> frame.has(field))
        .map(frame -> frame.get(field).getAsString())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void everyRequestAppearsInTranscript() {
    for (String type : requests()) {
      assertTrue(
          TranscriptContract.steps()
              .anyMatch(s -> s instanceof Step.Sends t && t.text().contains('"' + type + '"')),
          type);
    }
  }

  @Test
  void everyEventAppearsInTranscript() {
    assertEquals(events(), values("type"));
  }

  @Test
  void everyErrorAppearsInTranscript() {
    Set<String> codes = ErrorCodes.all();
    codes.removeAll(SERVER_ERRORS);
    assertEquals(codes, values("error_code"));
    for (String sentence : SENTENCES) {
      assertTrue(values("message").stream().anyMatch(m -> m.startsWith(sentence)), sentence);
    }
  }

  @Test
  void pageNamesEveryRequestEventErrorAndCloseCode() throws IOException {
    String page = Files.readString(Path.of("src", "docs", "protocol.md"));
    Stream<String> codes = ErrorCodes.all().stream();
    Stream.of(requests().stream(), events().stream(), RESETS.stream(), codes)
        .flatMap(names -> names)
        .forEach(name -> assertTrue(page.contains('`' + name + '`'), name));
    SENTENCES.forEach(sentence -> assertTrue(page.contains('`' + sentence), sentence));
    for (CloseCode code : CloseCode.library()) {
      boolean isListed = !code.equals(CloseCode.ABNORMAL); // never sent
      assertEquals(isListed, page.contains("\n| " + code.number() + " |"), code.reason());
    }
  }
}
