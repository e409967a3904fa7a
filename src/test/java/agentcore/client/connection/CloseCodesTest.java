package agentcore.client.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.protocol.Description;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Clients reconnect after the close codes after which the description says so. */
class CloseCodesTest {
  private static Set<Integer> finalCodes() {
    return Description.at("#/channels/chat/x-close-codes").getAsJsonObject().entrySet().stream()
        .filter(code -> !code.getValue().getAsJsonObject().get("reconnect").getAsBoolean())
        .map(code -> Integer.valueOf(code.getKey()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void javaClientEndsAfterTheFinalCodes() {
    assertEquals(finalCodes(), new TreeSet<>(Link.FINAL_CODES));
  }

  @Test
  void javaScriptClientEndsAfterTheFinalCodes() throws IOException {
    String source = Files.readString(Path.of("src/client/js/agentcore-link.js"));
    Matcher list = Pattern.compile("FINAL_CODES = new Set\\(\\[([^]]+)]\\)").matcher(source);
    assertTrue(list.find());
    Set<Integer> codes =
        Arrays.stream(list.group(1).split(", ", -1))
            .map(Integer::valueOf)
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(finalCodes(), codes);
  }
}
