package agentcore.cli.chat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.cli.common.UsageException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChatOptionsTest {
  private static ChatOptions parse(String... args) throws UsageException {
    return ChatOptions.parse(List.of(args), Map.of(), "me");
  }

  @Test
  void defaultIsTheLoginNameAtTheLocalServer() throws UsageException {
    ChatOptions options = parse();
    assertEquals("me", options.user());
    assertEquals(Optional.empty(), options.room());
    assertEquals(Optional.empty(), options.token());
    assertEquals(ChatOptions.Mode.CONSOLE, options.mode(true));
    assertEquals(ChatOptions.Mode.PIPE, options.mode(false));
    assertEquals("ws://127.0.0.1:8000/ws/{user}", whole(options.address()));
  }

  private static String whole(Address address) {
    return address.base() + "/" + address.endpoint();
  }

  @ParameterizedTest
  @CsvSource({
    "ws://h, ws://h/ws/{user}",
    "wss://h:1/, wss://h:1/ws/{user}",
    "ws://h/x/{user}/y, ws://h/x/{user}/y",
    "ws://h/fixed, ws://h/fixed",
    "ws://[::1]:9/?a=b, ws://[::1]:9/ws/{user}?a=b"
  })
  void appendsThePathOnlyIfTheUrlHasNone(String url, String address) throws UsageException {
    assertEquals(address, whole(Address.parse(url)));
  }

  @Test
  void readsTheTokenFromTheEnvironmentAndDoesNotPrintIt() throws UsageException {
    Map<String, String> environment = Map.of("AGENTCORE_TOKEN", "t0ken");
    ChatOptions options = ChatOptions.parse(List.of(), environment, "me");
    assertEquals(Optional.of("t0ken"), options.token());
    assertFalse(options.toString().contains("t0ken"));
    assertEquals(Optional.of("other"), parse("--token=other").token());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --url localhost:8000 | must begin with ws://
          --url http://h       | must begin with ws://
          --url ws:///x        | has no host
          --url ws://a^b       | is not a URL
          --user a/b           | --user: User id
          --user=              | --user: User id
          --room=              | --room must not be empty
          --token ä            | the token contains
          --name x             | unknown flag: --name
          --user               | missing value after --user
          --json=1             | unknown flag: --json
          """)
  void namesTheBadOption(String args, String error) {
    var e = assertThrows(UsageException.class, () -> parse(args.split(" ")));
    assertTrue(e.getMessage().contains(error), e.getMessage());
  }
}
