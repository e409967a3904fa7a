package agentcore.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.testkit.protocol.Description;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RequestInputsTest {
  private static final String REQUEST = ".request";

  @Test
  void hasEveryRequestOfTheDescription() {
    Set<String> described =
        Description.messages().stream()
            .filter(message -> message.endsWith(REQUEST))
            .map(message -> message.substring(0, message.length() - REQUEST.length()))
            .collect(Collectors.toSet());
    assertEquals(described, RequestInputs.types());
  }
}
