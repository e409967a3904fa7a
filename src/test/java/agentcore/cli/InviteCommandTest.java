package agentcore.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.auth.Identity;
import agentcore.core.auth.JsonWebTokens;
import agentcore.core.auth.SigningKeys;
import agentcore.core.security.SecretFile;
import agentcore.testkit.network.TestKeystore;
import agentcore.testkit.process.CommandLine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InviteCommandTest extends CommandLine {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static final Pattern LINK = Pattern.compile("(https?://.*)/#token=([\\w.-]+)\\R");

  @TempDir private Path folder;

  private Matcher link() {
    Matcher link = LINK.matcher(out());
    assertTrue(link.matches(), out());
    return link;
  }

  private Identity identity(String secret) throws Exception {
    return new JsonWebTokens(SigningKeys.parse(secret), InstantSource.system())
        .identify(link().group(2));
  }

  @ParameterizedTest
  @CsvSource({
    "https://chat.example.com, https://chat.example.com",
    "https://chat.example.com/, https://chat.example.com",
    "http://10.0.0.5:9000, http://10.0.0.5:9000",
    "https://example.com/chat/, https://example.com/chat",
    "https://[2001:db8::1]:8443, https://[2001:db8::1]:8443"
  })
  void printsOnlyTheLink(String url, String page) throws Exception {
    environment.put("AUTH_SECRET", SECRET);
    assertEquals(0, run("invite", "--user", "ben", "--url", url));
    assertEquals(page, link().group(1));
    assertEquals("ben", identity(SECRET).user());
    assertEquals("", err());
  }

  @ParameterizedTest
  @CsvSource({"45s, 45", "3600, 3600", "10m, 600", "12h, 43200", "7d, 604800", "'', 2592000"})
  void linkIsValidAsLongAsItIsSaid(String ttl, long seconds) throws Exception {
    environment.put("AUTH_SECRET", SECRET);
    Instant before = Instant.now().minusSeconds(1);
    String[] args = {"invite", "--user=ben", "--url=http://a", "--ttl=" + ttl};
    assertEquals(0, run(ttl.isEmpty() ? Arrays.copyOf(args, 3) : args));
    Instant until = identity(SECRET).until().minus(JsonWebTokens.LEEWAY);
    assertFalse(until.isBefore(before.plusSeconds(seconds)), until + "");
    assertFalse(until.isAfter(Instant.now().plusSeconds(seconds)), until + "");
  }

  @Test
  void tokenTakesTheSameTimes() throws Exception {
    environment.put("AUTH_SECRET", SECRET);
    assertEquals(0, run("token", "--user", "ben", "--ttl", "30d"));
    JsonWebTokens tokens = new JsonWebTokens(SigningKeys.parse(SECRET), InstantSource.system());
    Instant until = tokens.identify(out().strip()).until();
    assertTrue(until.isAfter(Instant.now().plus(Duration.ofDays(29))), until + "");
  }

  @Test
  void saysAtATerminalWhenTheLinkEnds() throws Exception {
    ByteArrayOutputStream link = new ByteArrayOutputStream();
    ByteArrayOutputStream notes = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(link, true, StandardCharsets.UTF_8);
    PrintStream err = new PrintStream(notes, true, StandardCharsets.UTF_8);
    List<String> args = List.of("--user=ben", "--url=http://a", "--auth-secret=" + SECRET);
    assertEquals(0, new InviteCommand(out, err, environment, true).run(args));
    assertTrue(LINK.matcher(link.toString(StandardCharsets.UTF_8)).matches());
    String note = notes.toString(StandardCharsets.UTF_8);
    assertTrue(note.matches("Valid until \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d for ben\\R"), note);
  }

  @Test
  void addressIsThatOfTheSettings() {
    environment.put("AUTH_SECRET", SECRET);
    environment.put("HOST", "192.0.2.7");
    assertEquals(0, run("invite", "--user", "ben", "--port", "9001"));
    assertEquals("http://192.0.2.7:9001", link().group(1));
    assertEquals("", err());
  }

  @Test
  void addressIsSecureIfTheServerHasAKey() {
    String keystore = TestKeystore.make(folder.resolve("key.p12"), "a").file().toString();
    environment.put("AUTH_SECRET", SECRET);
    environment.put("HOST", "chat.invalid");
    environment.put("TLS_KEYSTORE", keystore);
    environment.put("TLS_PASSWORD", TestKeystore.PASSWORD);
    assertEquals(0, run("invite", "--user", "ben"));
    assertEquals("https://chat.invalid:8000", link().group(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0", "::"})
  void addressOfAnOpenServerIsThatOfTheMachine(String host) {
    environment.put("AUTH_SECRET", SECRET);
    environment.put("HOST", host);
    assertEquals(0, run("invite", "--user", "ben"));
    String page = link().group(1);
    assertFalse(page.contains("//0.0.0.0:") || page.contains("[::]"), page);
  }

  @Test
  void saysThatALinkToThisMachineIsOfNoUseElsewhere() {
    environment.put("AUTH_SECRET", SECRET);
    assertEquals(0, run("invite", "--user", "ben"));
    assertEquals("http://127.0.0.1:8000", link().group(1));
    assertTrue(err().contains("this link works on this machine only"), err());
  }

  @Test
  void findsTheSecretOfATeamWithoutFlags() throws Exception {
    Path file = folder.resolve("agentcore").resolve("secret");
    SecretFile.create(file);
    environment.put("XDG_STATE_HOME", folder.toString());
    environment.put("HOME", "/nowhere");
    assertEquals(0, run("invite", "--user", "ben"));
    assertEquals("ben", identity(SecretFile.read(file)).user());
  }

  @Test
  void findsTheSecretOfATeamInTheHomeFolder() throws Exception {
    Path file = folder.resolve(".local/state/agentcore/secret");
    SecretFile.create(file);
    environment.put("XDG_STATE_HOME", "a/relative/path/is/ignored");
    environment.put("HOME", folder.toString());
    assertEquals(0, run("invite", "--user", "ben"));
    assertEquals("ben", identity(SecretFile.read(file)).user());
  }

  @Test
  void tokenFindsTheSecretOfATeamToo() throws IOException {
    SecretFile.create(folder.resolve("agentcore").resolve("secret"));
    environment.put("XDG_STATE_HOME", folder.toString());
    assertEquals(0, run("token", "--user", "ben"));
    assertEquals(3, out().split("\\.").length, out());
  }

  @Test
  void ownSecretComesBeforeThatOfATeam() throws Exception {
    SecretFile.create(folder.resolve("agentcore").resolve("secret"));
    environment.put("XDG_STATE_HOME", folder.toString());
    assertEquals(0, run("invite", "--user", "ben", "--auth-secret", SECRET, "--url", "http://a"));
    assertEquals("ben", identity(SECRET).user());
  }

  @Test
  void secretFileThatOthersCanReadIsRefused() throws IOException {
    Path file = folder.resolve("agentcore").resolve("secret");
    SecretFile.create(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    environment.put("XDG_STATE_HOME", folder.toString());
    for (String command : new String[] {"invite", "token"}) {
      int before = err().length();
      assertEquals(2, run(command, "--user", "ben"));
      String error = err().substring(before);
      assertTrue(error.startsWith("agentcore: AUTH_SECRET_FILE=" + file + " (--team) must"), error);
      assertTrue(error.contains("chmod 600 " + file), error);
    }
    assertEquals("", out());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          invite                                         | --user is missing
          invite --user=                                 | --user: User id must have 1 to 64
          invite --user a/b                              | --user: User id must hold neither
          invite --user ben extra                        | unexpected argument: extra (see
          invite --user ben --ttl 0s                     | --ttl must be a number with s, m, h or d
          invite --user ben --ttl 1.5h                   | --ttl must be a number with s, m, h or d
          invite --user ben --ttl -1d                    | --ttl must be a number with s, m, h or d
          invite --user ben --ttl 2w                     | --ttl must be a number with s, m, h or d
          invite --user ben --ttl 36501d                 | --ttl must be a number with s, m, h or d
          invite --user ben --ttl 9999999999d            | --ttl must be a number with s, m, h or d
          invite --user ben --ttl 99999999999999999999d  | --ttl must be a number with s, m, h or d
          invite --user ben --url chat.example.com       | --url must be the address of the page
          invite --user ben --url ftp://chat.example.com | --url must be the address of the page
          invite --user ben --url ws://chat.example.com  | --url must be the address of the page
          invite --user ben --url https://               | --url must be the address of the page
          invite --user ben --url https://a/#            | --url must be the address of the page
          invite --user ben --url https://a/#token=x     | --url must be the address of the page
          invite --user ben --url https://a/?b=c         | --url must be the address of the page
          invite --user ben --url https://me:pw@a/       | --url must be the address of the page
          invite --user ben --url https:a                | --url must be the address of the page
          invite --user ben --port 0                     | PORT is 0
          """)
  void wrongRequestIsAUsageError(String args, String error) {
    environment.put("AUTH_SECRET", SECRET);
    assertEquals(2, run(args.split(" ")));
    assertEquals("", out());
    assertTrue(err().startsWith("agentcore: " + error), err());
    assertEquals(1, err().lines().count(), err());
  }

  @Test
  void saysHowToGetASecret() {
    environment.put("XDG_STATE_HOME", folder.toString());
    assertEquals(2, run("invite", "--user", "ben"));
    assertEquals("", out());
    assertTrue(err().contains("there is no secret to sign a link with: start the server with"));
  }
}
