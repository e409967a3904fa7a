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
import org.junit.jupiter.params.provider.ValueSource;

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
    "ws://[::1]:9/?a=b, ws://[::1]:9/ws/{user}?a=b",
    "http://192.0.2.2:8000, ws://192.0.2.2:8000/ws/{user}",
    "https://h/, wss://h/ws/{user}",
    "https://h/chat, wss://h/chat/ws/{user}",
    "https://h/chat/, wss://h/chat/ws/{user}",
    "https://h/x/{user}, wss://h/x/{user}"
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
          --url ftp://h        | must begin with ws://
          --link http://h:1    | --link must be a link such as
          --link ftp://h/#token=x | --link must be a link such as
          --link eyJh.eyJz.x   | --link must be a link such as
          ben                  | did you mean --user ben?
          http://h:1/#token=x  | did you mean --link URL?
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

  /** Signed with an arbitrary secret: only the server can verify it. */
  private static final String TOKEN =
      "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJiZW4iLCJleHAiOjQxMDI0NDQ4MDB9.c2lnbmF0dXJl";

  private static final String INVITATION = "http://192.0.2.2:8000/#token=" + TOKEN;

  @ParameterizedTest
  @ValueSource(strings = {"--link", "--token", "--url"})
  void linkGivesServerUserAndToken(String flag) throws UsageException {
    ChatOptions options = parse(flag, INVITATION);
    assertEquals("ws://192.0.2.2:8000/ws/{user}", whole(options.address()));
    assertEquals("ben", options.user());
    assertEquals(Optional.of(TOKEN), options.token());
    assertFalse(options.toString().contains("eyJ"), options.toString());
  }

  @Test
  void linkOfTheEnvironmentGivesThemToo() throws UsageException {
    Map<String, String> environment = Map.of("AGENTCORE_TOKEN", INVITATION);
    ChatOptions options = ChatOptions.parse(List.of(), environment, "me");
    assertEquals("ws://192.0.2.2:8000/ws/{user}", whole(options.address()));
    assertEquals("ben", options.user());
  }

  @Test
  void flagsComeBeforeThePartsOfALink() throws UsageException {
    ChatOptions options = parse("--link", INVITATION, "--url", "ws://h", "--user", "ana");
    assertEquals("ws://h/ws/{user}", whole(options.address()));
    assertEquals("ana", options.user());
  }

  @Test
  void tokenNamesTheUser() throws UsageException {
    assertEquals("ben", parse("--token", TOKEN).user());
    assertEquals("me", parse("--token", "opaque").user());
    assertEquals("me", parse("--token", "a.!.c").user());
    assertEquals("me", parse("--token", "a.e30.c").user());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://h/#token=eyJS",
        "--link=http://a^b/#token=eyJS",
        "--url=ftp://h/?token=eyJS",
        "--url=ws://a^b/?token=eyJS",
        "--link=ftp://h/#token=eyJS",
        "--link=http://h/#tokens=eyJS",
        "h/#token=eyJS"
      })
  void noErrorShowsATokenInAnAddress(String arg) {
    var e = assertThrows(UsageException.class, () -> parse(arg));
    assertFalse(e.getMessage().contains("eyJ"), e.getMessage());
  }
}
