package agentcore.core.backend.redis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.backend.BackendException;
import agentcore.testkit.RedisProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The contract for a Redis user that has exactly the rights listed in operations.md. */
class PermissionsTest extends RedisContractTest {
  @RegisterExtension static final RedisProcess REDIS = RedisProcess.start();

  private static final Path PAGE = Path.of("src/docs/operations.md");

  @BeforeAll
  static void nameTheUser() {
    assertEquals("+OK\r\n", REDIS.command(words().toArray(String[]::new)));
  }

  /** Returns the command of the page; its lines end with backslashes. */
  private static List<String> words() {
    try {
      String page = Files.readString(PAGE);
      String command = page.substring(page.indexOf("ACL SETUSER"));
      return Stream.of(
              command
                  .lines()
                  .takeWhile(line -> !line.isBlank())
                  .collect(Collectors.joining(" "))
                  .replace("\\", " ")
                  .trim()
                  .split("\\s+"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  String url() {
    return REDIS.url().replace("//", "//agentcore:PASSWORD@");
  }

  @Override
  String command(String... words) {
    return REDIS.command(words);
  }

  @Test
  void checkFindsNothingMissing() {
    RedisBackend.check(url(), "ws:");
    RedisBackend.check(url().replace("/0", "/1"), "ws:");
    assertEquals("*0\r\n", REDIS.command("KEYS", "ws:*check*"));
  }

  @Test
  void checkNamesEachRightThatIsMissing() {
    List<String> rights =
        words().stream()
            .filter(word -> word.startsWith("+") && !word.contains("@"))
            .filter(word -> !word.startsWith("+client") && !word.equals("+sunsubscribe"))
            .toList();
    assertTrue(rights.size() > 20, rights.toString());
    List<String> unnamed = new ArrayList<>();
    for (String right : rights) {
      String unused = REDIS.command("ACL", "SETUSER", "agentcore", "-" + right.substring(1));
      BackendException missing =
          assertThrows(
              BackendException.class, () -> RedisBackend.check(databaseUrl(right), "ws:"), right);
      if (!missing.getMessage().contains(right)
          && !missing.getMessage().contains("'" + right.substring(1))) {
        unnamed.add(right + ": " + missing.getMessage());
      }
      unused = REDIS.command("ACL", "SETUSER", "agentcore", right);
    }
    assertEquals(List.of(), unnamed);
  }

  /** The right to select a database is only needed for a database other than 0. */
  private String databaseUrl(String right) {
    return right.equals("+select") ? url().replace("/0", "/1") : url();
  }

  @Test
  void checkNamesKeysAndChannelsThatAreMissing() {
    for (String other : List.of("ws2:", "x")) {
      BackendException missing =
          assertThrows(BackendException.class, () -> RedisBackend.check(url(), other));
      assertTrue(missing.getMessage().contains("~" + other + "*"), missing.getMessage());
      assertTrue(missing.getMessage().contains("&" + other + "*"), missing.getMessage());
    }
  }

  @RepeatedTest(20)
  void serverThatLacksARightDoesNotStartAndNamesIt() {
    String unused = REDIS.command("ACL", "SETUSER", "agentcore", "-xrevrange");
    try (RedisBackend backend = new RedisBackend(url(), "ws:", LIMITS)) {
      BackendException missing = assertThrows(BackendException.class, backend::start);
      assertTrue(missing.getMessage().contains("+xrevrange"), missing.getMessage());
    } finally {
      unused = REDIS.command("ACL", "SETUSER", "agentcore", "+xrevrange");
    }
  }
}
