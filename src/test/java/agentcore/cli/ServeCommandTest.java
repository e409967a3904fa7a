package agentcore.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import agentcore.testkit.Await;
import agentcore.testkit.process.CommandLine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The printed addresses, and what keeps the server from starting. */
class ServeCommandTest extends CommandLine {
  @TempDir private Path folder;

  /** Starts a server, stops it as soon as it listens, and returns its exit code. */
  private int serveUntilItListens() throws InterruptedException {
    CompletableFuture<Integer> code = new CompletableFuture<>();
    Thread server = Thread.ofPlatform().start(() -> code.complete(run("serve", "--port", "0")));
    Await.until(
        "the server listens or has ended",
        () -> code.isDone() || out().matches("(?s)AgentCore listening.*\\R(Health|Page).*\\R"));
    server.interrupt();
    server.join();
    return code.join();
  }

  @ParameterizedTest
  @CsvSource({"[::1], [::1]", "::1, [::1]", "::, [::]", "localhost, localhost"})
  void printsTheHostAsInAUrl(String host, String printed) throws Exception {
    assumeTrue(hasIpv6(), "no IPv6 here");
    environment.putAll(Map.of("HOST", host, "ADMIN_HOST", host, "ADMIN_PORT", "0"));
    assertEquals(0, serveUntilItListens(), err());
    String quoted = Pattern.quote(printed);
    assertTrue(
        out()
            .matches(
                "AgentCore listening on ws://"
                    + quoted
                    + ":\\d+/ws/\\{user_id}\\RHealth and metrics on http://"
                    + quoted
                    + ":\\d+/\\R"),
        out());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void printsWhereThePageForOperatorsIs(boolean hasAdminPort) throws Exception {
    environment.put("API_KEYS", "ops:0123456789abcdef0123456789abcdef");
    if (hasAdminPort) {
      environment.put("ADMIN_PORT", "0");
    }
    assertEquals(0, serveUntilItListens(), err());
    Matcher ports =
        Pattern.compile(
                "listening on ws://127\\.0\\.0\\.1:(\\d+)|http://127\\.0\\.0\\.1:(\\d+)/admin")
            .matcher(out());
    assertTrue(ports.find());
    String port = ports.group(1);
    assertTrue(ports.find(), out());
    assertEquals(hasAdminPort, !ports.group(2).equals(port));
  }

  private static boolean hasIpv6() {
    byte[] loopback = new byte[16];
    loopback[15] = 1;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByAddress(loopback))) {
      return socket.isBound();
    } catch (IOException none) {
      return false;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"link", "folder"})
  void unreadableFileBesideTheProgramStopsTheStart(String kind) throws Exception {
    environment.put("ADMIN_PORT", "0");
    System.setProperty("agentcore.home", folder.toString());
    Path file = folder.resolve("config.properties");
    if (kind.equals("link")) {
      Files.createSymbolicLink(file, folder.resolve("nowhere"));
    } else {
      Files.createDirectory(file);
    }
    assertEquals(2, serveUntilItListens());
    assertTrue(err().startsWith("agentcore: cannot read " + file), err());
  }
}
