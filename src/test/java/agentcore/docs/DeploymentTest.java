package agentcore.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.Config;
import agentcore.core.Setting;
import agentcore.example.ChatSetting;
import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.RawFrame;
import agentcore.testkit.process.ChildJvm;
import agentcore.testkit.process.Installed;
import agentcore.testkit.process.ServerProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the pages say about deployment matches the settings, the log and the answers of a server.
 */
class DeploymentTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  @TempDir private Path folder;

  private static Map<String, String> pairs(String text) {
    Map<String, String> pairs = new HashMap<>();
    for (String word : text.split("\\s+")) {
      String[] parts = word.split("=", 2);
      if (parts.length == 2) {
        pairs.put(parts[0], parts[1]);
      }
    }
    return pairs;
  }

  private static Config config(Map<String, String> environment) throws Exception {
    return Config.load(ChatSetting.all(), Optional.empty(), environment, Map.of());
  }

  @Test
  void logLineHasDocumentedFields(TestInfo test) {
    Map<String, String> settings = Map.of("LOG_LEVEL", "DEBUG", "LOG_FORMAT", "json");
    try (ServerProcess server = ServerProcess.start(settings);
        RawClient alice = server.connect("alice")) {
      alice.send(
          "{\"type\":\"chat_message\",\"data\":{\"room\":\"lobby\",\"text\":\"hi\"},\"id\":\"7\"}");
      alice.nextJson("ack");
      Pattern line =
          Pattern.compile("\\{\"time\".*LoggingMiddleware.*type=chat_message.*\"request\":\"7\"}");
      Await.until("the log line", () -> line.matcher(server.output()).find());
      Matcher found = line.matcher(server.output());
      assertTrue(found.find());
      assertEquals(masked(Block.of(test).text().replaceAll("\n\\s*", "")), masked(found.group()));
    }
  }

  @Test
  void logOfNormalRunMatchesPage(TestInfo test) {
    try (ServerProcess server = ServerProcess.start(Map.of())) {
      try (RawClient alice = server.connect("alice")) {
        alice.nextJson("welcome");
        alice.send(RawFrame.close(1000, ""));
        alice.awaitClose();
      }
      Await.until(
          "the log line about the close", () -> server.output().contains("closed connection="));
      server.terminate();
      assertEquals(0, server.awaitExit(Await.DEADLINE.multipliedBy(3)));
      List<String> lines =
          server
              .output()
              .lines()
              .filter(line -> line.contains(" INFO "))
              .map(this::normalized)
              .toList();
      assertEquals(Block.of(test).text().lines().map(this::normalized).toList(), lines);
    }
  }

  private String normalized(String line) {
    return line.replaceAll("^\\S+Z ", "")
        .replaceAll("alice/[\\w-]+", "channel")
        .replaceAll("(version|java|port|seconds)=\\S+", "$1");
  }

  /** Masks what differs on each run. */
  private static String masked(String line) {
    return line.replaceAll("\"time\":\"[^\"]*\"", "time")
        .replaceAll("alice/[\\w-]+", "channel")
        .replaceAll("(chars|micros)=\\d+", "$1");
  }

  @Test
  void settingsBehindProxyAreValid(TestInfo test) throws Exception {
    Map<String, String> settings = new HashMap<>();
    for (Block block : Block.allOf(test)) {
      settings.putAll(pairs(String.join("\n", block.commands())));
    }
    settings.put("AUTH_SECRET", SECRET);
    Config config = config(settings);
    for (String name : settings.keySet()) {
      assertTrue(Setting.find(ChatSetting.all(), name).isPresent(), name);
    }
    assertEquals(Setting.HOST.defaultValue(), settings.get("HOST"));
    assertEquals(
        settings.get("MAX_CONNECTIONS_PER_ADDRESS"),
        config.text(Setting.MAX_CONNECTIONS_PER_ADDRESS));
  }

  /**
   * Runs the request from the page without TLS and with the Host header that a browser would send.
   */
  @Test
  void curlRequestIsUpgraded(TestInfo test) {
    Installed.assume("curl");
    try (Shell shell = new Shell(folder)) {
      String secret = "export AUTH_SECRET=" + SECRET + "\n";
      shell.start(secret + "bin/agentcore").awaitPort();
      String request =
          Block.of(test)
              .text()
              .replace("curl ", "curl -H 'Host: chat.example.com' ")
              .replace("https://chat.example.com/", "http://127.0.0.1:8000/");
      ChildJvm curl = shell.start(secret + request);
      Await.until("a response", () -> curl.out().size() > 5);
      List<String> lines = new ArrayList<>(curl.out());
      assertTrue(lines.getFirst().startsWith("HTTP/1.1 101 "), lines::toString);
      Await.until("a welcome", () -> curl.out().toString().contains("\"type\":\"welcome\""));
    }
  }
}
