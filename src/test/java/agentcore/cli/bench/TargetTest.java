package agentcore.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.cli.common.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {
  @ParameterizedTest
  @CsvSource({
    "ws://localhost,               ws://localhost:80/ws/{user}",
    "ws://localhost:8000/,         ws://localhost:8000/ws/{user}",
    "ws://localhost:8000/a/{user}, ws://localhost:8000/a/{user}",
    "ws://chat_server:8000,        ws://chat_server:8000/ws/{user}",
    "ws://[::1]:8000,              ws://[::1]:8000/ws/{user}",
    "wss://localhost,              wss://localhost:443/ws/{user}",
    "wss://localhost:8443,         wss://localhost:8443/ws/{user}"
  })
  void parsesTheUrl(String url, String expected) throws UsageException {
    assertEquals(expected, Target.parse(url).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ws://", "ws://:80", "ws:///x", "ws://a:65536", "ws://a:x", "http://a", "a:80"})
  void rejectsOtherUrls(String url) {
    UsageException e = assertThrows(UsageException.class, () -> Target.parse(url));
    assertTrue(e.getMessage().startsWith("--url "), e.getMessage());
  }

  @Test
  void requestNamesTheHostOfTheUrl() throws UsageException {
    String request = Target.parse("ws://chat_server:8000").request("bob", "");
    assertTrue(request.startsWith("GET /ws/bob HTTP/1.1\r\nHost: chat_server:8000\r\n"), request);
  }
}
