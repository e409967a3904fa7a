package agentcore.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.security.SecretFile;
import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.process.CommandLine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code serve --team}. */
class TeamTest extends CommandLine {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";
  private static final Pattern LINK = Pattern.compile("(https?)://(\\S+):(\\d+)/#token=(\\S+)");

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void setStateFolder() {
    environment.put("XDG_STATE_HOME", folder.toString());
    file = folder.resolve("agentcore").resolve("secret");
  }

  /** What is done while a server runs. */
  private interface Use {
    void with(int port) throws Exception;
  }

  /** Runs a server, and returns what it printed. */
  private String serve(Use use, String... args) throws Exception {
    int before = out().length();
    CompletableFuture<Integer> code = new CompletableFuture<>();
    Thread server = Thread.ofPlatform().start(() -> code.complete(run(args)));
    Await.until(
        "the server to listen, or to end",
        () -> code.isDone() || out().substring(before).contains("listening on "));
    String printed = out().substring(before);
    try {
      if (!code.isDone()) {
        use.with(Integer.parseInt(group(printed, ":(\\d+)/ws/")));
      }
    } finally {
      server.interrupt();
      server.join();
    }
    assertEquals(0, code.join(), err());
    return printed;
  }

  private static String group(String text, String pattern) {
    return Pattern.compile(pattern).matcher(text).results().findFirst().orElseThrow().group(1);
  }

  private static MatchResult link(String printed) {
    return LINK.matcher(printed).results().findFirst().orElseThrow();
  }

  private static void assertAdmits(int port, String user, String token) {
    try (RawClient client = RawClient.connect(port, "/ws/" + user + "?token=" + token)) {
      client.nextJson("welcome");
    }
  }

  @Test
  void firstStartCreatesASecretAndPrintsALinkThatAdmits() throws Exception {
    String login = System.getProperty("user.name");
    String printed =
        serve(
            port -> {
              try (RawClient stranger = RawClient.connect(port, "/ws/mallory")) {
                assertEquals(4401, stranger.expectClose().code());
              }
              assertEquals("" + port, link(out()).group(3));
              assertAdmits(port, login, link(out()).group(4));
            },
            "serve",
            "--team",
            "--port",
            "0");
    assertTrue(printed.contains("listening on ws://0.0.0.0:"), printed);
    assertTrue(printed.startsWith("Enter as " + login + " with this link"), printed);
    assertTrue(printed.contains(file.toString()), printed);
    assertEquals(1, printed.lines().filter(line -> line.contains("Without TLS")).count(), printed);
    assertFalse(link(printed).group(2).equals("0.0.0.0"), printed);
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    assertFalse(err().contains(SecretFile.read(file)), err());
    assertFalse(err().contains(link(printed).group(4)), err());
    assertFalse(err().contains("WARNING"), err());
  }

  @Test
  void laterStartUsesTheSecretAndPrintsNoLink() throws Exception {
    SecretFile.create(file);
    String secret = SecretFile.read(file);
    String printed =
        serve(
            port -> {
              assertEquals(0, run("invite", "--user", "ben", "--url", "http://a"));
              assertAdmits(port, "ben", group(out(), "http://a/#token=(\\S+)"));
            },
            "--team",
            "--port",
            "0");
    assertTrue(printed.startsWith("Let others in, or get another link for yourself: "), printed);
    assertFalse(printed.contains("#token"), printed);
    assertEquals(secret, SecretFile.read(file));
  }

  @Test
  void settingsComeBeforeTheDefaultsOfATeam() throws Exception {
    environment.put("HOST", "127.0.0.1");
    environment.put("AUTH_SECRET", SECRET);
    String printed = serve(port -> {}, "serve", "--team", "--port", "0");
    assertTrue(printed.contains("listening on ws://127.0.0.1:"), printed);
    assertFalse(printed.contains("Without TLS"), printed);
    assertTrue(printed.contains("Only this machine can connect: HOST=127.0.0.1 (environment)"));
    assertFalse(Files.exists(file));
  }

  @Test
  void secretIsCreatedWhereTheSettingSays() throws Exception {
    Path other = folder.resolve("other").resolve("my-secret");
    environment.put("AUTH_SECRET_FILE", other.toString());
    String printed =
        serve(
            port -> assertEquals(0, run("invite", "--user", "ben", "--url", "http://a")),
            "serve",
            "--team",
            "--port",
            "0");
    assertTrue(printed.contains(other.toString()), printed);
    assertTrue(Files.exists(other));
    assertFalse(Files.exists(file));
  }

  @Test
  void secretThatOthersCanReadStopsTheStart() throws IOException {
    SecretFile.create(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertEquals(2, run("serve", "--team", "--port", "0"));
    assertEquals("", out());
    assertTrue(err().startsWith("agentcore: AUTH_SECRET_FILE=" + file + " (--team) must"), err());
    assertTrue(err().contains("chmod 600 " + file), err());
  }

  /** A folder in a file cannot be created, not even by root. */
  @Test
  void folderThatCannotBeWrittenStopsTheStart() throws IOException {
    Files.writeString(folder.resolve("agentcore"), "a file");
    assertEquals(1, run("serve", "--team", "--port", "0"));
    assertEquals("", out());
    assertTrue(err().startsWith("agentcore: cannot create the secret " + file), err());
    assertTrue(err().contains("AUTH_SECRET_FILE"), err());
    assertEquals(1, err().lines().count(), err());
  }

  @Test
  void withoutAHomeFolderTheSettingIsNeeded() {
    environment.clear();
    assertEquals(1, run("serve", "--team", "--port", "0"));
    assertTrue(err().startsWith("agentcore: set AUTH_SECRET_FILE"), err());
  }

  @Test
  void startThatFailsLeavesNoSecretBehind() throws Exception {
    assertEquals(2, run("serve", "--team", "--port", "x"));
    assertFalse(Files.exists(file));
    try (ServerSocket used = new ServerSocket(0, 1, InetAddress.getByName("0.0.0.0"))) {
      assertEquals(1, run("serve", "--team", "--port", "" + used.getLocalPort()));
    }
    assertFalse(Files.exists(file));
    assertTrue(serve(port -> {}, "serve", "--team", "--port", "0").contains("#token="));
  }

  @Test
  void emptySecretStopsTheStart() {
    environment.put("AUTH_SECRET", "");
    assertEquals(2, run("serve", "--team", "--port", "0"));
    assertTrue(err().startsWith("agentcore: AUTH_SECRET="), err());
    assertFalse(Files.exists(file));
  }

  @Test
  void checkKnowsTheTeamAndCreatesNothing() throws IOException {
    assertEquals(0, run("check", "--team"));
    assertTrue(out().contains("0.0.0.0"), out());
    assertFalse(out().contains("Warnings:"), out());
    assertFalse(Files.exists(file));
    SecretFile.create(file);
    assertEquals(0, run("check", "--team"));
    assertTrue(out().contains("*** (64 bytes)"), out());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertEquals(1, run("check", "--team"));
  }

  @Test
  void withoutTheFlagNothingChanges() throws Exception {
    SecretFile.create(file);
    int before = out().length();
    assertEquals(0, run("check"));
    assertTrue(out().substring(before).contains("AUTH_SECRET                 (empty)"), out());
  }
}
