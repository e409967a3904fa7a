package agentcore.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.cli.common.UsageException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {
  private static Options parse(String args) throws UsageException {
    return Options.parse(args.isEmpty() ? List.of() : List.of(args.split(" ")));
  }

  @Test
  void defaultsAreThoseInTheHelp() throws UsageException {
    Options options = parse("");
    assertEquals(100, options.connections());
    assertEquals(1, options.rooms());
    assertEquals(1, options.senders());
    assertEquals(0, options.ratePerSecond());
    assertEquals(32, options.inFlight());
    assertEquals(100, options.textBytes());
    assertEquals(Duration.ofSeconds(10), options.measured());
    assertEquals(Duration.ofSeconds(5), options.warmUp());
    assertEquals("ws://127.0.0.1:8000/ws/{user}", options.targets().getFirst().toString());
  }

  @Test
  void parsesEveryOptionOfTheHelp() throws UsageException {
    Matcher option = Pattern.compile("(?m)^  (--[a-z-]+) +([A-Z]+)? ").matcher(Options.HELP);
    int found = 0;
    while (option.find()) {
      String name = option.group(1);
      String value =
          switch (name) {
            case "--url" -> "=ws://localhost:1/chat";
            case "--source" -> "=127.0.0.2,127.0.0.3";
            case "--server-pid" -> "=" + ProcessHandle.current().pid();
            case "--size" -> "=50";
            case "--token-secret" -> "=" + "s".repeat(32);
            case "--json" -> "";
            default -> "=1";
          };
      parse(name + value);
      found++;
    }
    assertEquals(15, found);
  }

  @Test
  void defaultIsOneSenderPerRoom() throws UsageException {
    assertEquals(10, parse("--conns 100 --rooms 10").senders());
  }

  @ParameterizedTest
  @CsvSource({
    "ws://h:1, /ws/alice",
    "ws://h:1/, /ws/alice",
    "ws://h:1/chat, /chat",
    "ws://h:1/a/{user}/b, /a/alice/b"
  })
  void appendsThePathOnlyIfTheUrlHasNone(String url, String path) throws UsageException {
    String request = Target.parse(url).request("alice", "");
    assertEquals("GET " + path + " HTTP/1.1", request.lines().findFirst().orElseThrow());
    assertTrue(request.contains("\r\nHost: h:1\r\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--cons 5                      | unknown flag: --cons",
        "5                             | unexpected argument: 5",
        "--conns                       | missing value after --conns",
        "--conns many                  | --conns must be an integer from 0 to",
        "--conns -1                    | --conns must be an integer from 0 to",
        "--conns 5 --rooms 6           | --rooms must be an integer from 1 to 5: 6",
        "--conns 5 --senders 6         | --senders must be an integer from 0 to 5: 6",
        "--conns 5 --senders 3 --slow 3 | --slow must be an integer from 0 to 2: 3",
        "--conns 0                     | --conns and --idle are both 0",
        "--size 10                     | --size must be an integer from 34 to",
        "--rate -1                     | --rate must be a number from 0 to",
        "--rate NaN                    | --rate must be a number from 0 to",
        "--seconds 0                   | --seconds must be an integer from 1 to",
        "--url http://h                | --url must begin with ws://",
        "--url http://h                | --url must begin with ws:// or wss://",
        "--url ws://                   | --url is not a URL",
        "--url ws:///x                 | --url has no host",
        "--server-pid me               | --server-pid must be a number: me",
        "--server-pid 999999999        | --server-pid: no such process: 999999999",
        "--token-secret short          | --token-secret must be secrets of at least 32 bytes each",
        "--source 300.1.1.1            | --source is not an address: 300.1.1.1"
      })
  void namesTheBadOption(String args, String message) {
    UsageException e = assertThrows(UsageException.class, () -> parse(args));
    assertTrue(e.getMessage().startsWith(message), e.getMessage());
  }
}
