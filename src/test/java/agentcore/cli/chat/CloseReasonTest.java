package agentcore.cli.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.protocol.Description;
import org.junit.jupiter.api.Test;

class CloseReasonTest {
  @Test
  void everyCodeOfTheDescriptionHasASentenceOfItsOwn() {
    String unknown = CloseReason.text(4999, "");
    for (String code : Description.at("#/channels/chat/x-close-codes").getAsJsonObject().keySet()) {
      String text = CloseReason.text(Integer.parseInt(code), "");
      assertFalse(text.isEmpty(), code);
      assertFalse(text.startsWith(unknown.substring(0, unknown.length() - 4)), text);
    }
  }

  @Test
  void textsOfOthersCannotSendSequences() {
    assertEquals(
        "the server closed the connection: 4999 a\uFFFD[2J", CloseReason.text(4999, "a\u001b[2J"));
    assertEquals("a\uFFFD[2J", CloseReason.text(1006, "a\u001b[2J"));
    assertEquals("the connection was lost", CloseReason.text(1006, ""));
  }

  @Test
  void refusedTokenComesWithTheWayToAnother() {
    String text = CloseReason.text(4401, "token expired");
    assertTrue(text.contains("agentcore invite") && text.contains("--link"), text);
  }
}
