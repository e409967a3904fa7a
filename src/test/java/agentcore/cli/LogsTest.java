package agentcore.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.consumer.Consumer;
import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.RawFrame;
import agentcore.testkit.TestServer;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.logging.LogManager;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The format of log lines, as text and as JSON. */
class LogsTest {
  private static final Logger LOG = System.getLogger("agentcore.some.Place");

  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private LogWriter writer;

  private void configure(String level, String format) {
    configure(level, format, err);
  }

  private void configure(String level, String format, OutputStream out) {
    writer = Logs.configure(level, format, new PrintStream(out, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void restoreLogging() throws IOException {
    writer.close();
    LogManager.getLogManager().readConfiguration();
    System.clearProperty("slf4j.provider");
    System.clearProperty("slf4j.internal.verbosity");
  }

  private List<String> lines() {
    writer.flush();
    return err.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private JsonObject onlyLine() {
    assertEquals(1, lines().size(), lines().toString());
    return JsonParser.parseString(lines().getFirst()).getAsJsonObject();
  }

  @Test
  void textLineHasTimeLevelLoggerAndMessage() {
    configure("INFO", "text");
    LOG.log(Level.INFO, "hello {0}", "world");
    LOG.log(Level.DEBUG, "not logged");
    assertEquals(1, lines().size());
    String form = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{3})?Z INFO Place: hello world";
    assertTrue(lines().getFirst().matches(form), lines().getFirst());
  }

  @Test
  void stackTraceFollowsATextLine() {
    configure("INFO", "text");
    LOG.log(Level.ERROR, "it failed", new IllegalStateException("broken"));
    assertTrue(lines().getFirst().endsWith(" ERROR Place: it failed"));
    assertEquals("java.lang.IllegalStateException: broken", lines().get(1));
    assertTrue(lines().get(2).startsWith("\tat agentcore.cli.LogsTest."));
  }

  @Test
  void jsonLineIsOneObject() {
    configure("INFO", "json");
    LOG.log(Level.WARNING, "quotes \" and {0}", "line\nends");
    JsonObject line = onlyLine();
    assertEquals("WARNING", line.get("level").getAsString());
    assertEquals("agentcore.some.Place", line.get("logger").getAsString());
    assertEquals("quotes \" and line\nends", line.get("message").getAsString());
    assertFalse(Instant.parse(line.get("time").getAsString()).isAfter(Instant.now()));
    assertEquals(4, line.size(), line.toString());
  }

  @Test
  void stackTraceIsAFieldOfAJsonLine() {
    configure("INFO", "json");
    LOG.log(Level.ERROR, "it failed connection=a/b request=", new IllegalStateException("broken"));
    JsonObject line = onlyLine();
    assertTrue(line.get("stack").getAsString().contains("broken\n\tat agentcore.cli.LogsTest."));
    assertEquals("a/b", line.get("connection").getAsString());
    assertFalse(line.has("request"), "it is not known");
  }

  @Test
  void ignoresWordsThatOnlyEndLikeAField() {
    configure("INFO", "json");
    LOG.log(Level.INFO, "type=x,connection=forged myrequest=7 connection=a/b");
    JsonObject line = onlyLine();
    assertEquals("a/b", line.get("connection").getAsString());
    assertFalse(line.has("request"));
  }

  @Test
  void failureCanBeTracedToItsConnection() {
    configure("DEBUG", "json");
    Consumer broken =
        Consumer.of(
            "break",
            (session, message) -> {
              throw new IllegalStateException("a defect");
            });
    try (TestServer server = TestServer.start(Map.of(), broken);
        RawClient alice = server.connect("al ice")) {
      alice.send(
          """
          {"type":"break","id":"r 1","data":{"text":"a secret"}}""");
      JsonObject unused = alice.nextJson("error");
      Await.until("three lines", () -> about("al?ice").size() == 3);
    }
    List<JsonObject> logged = about("al?ice");
    assertEquals(4, logged.size());
    String connection = logged.getFirst().get("connection").getAsString();
    logged.forEach(line -> assertEquals(connection, line.get("connection").getAsString()));
    assertEquals(
        "opened connection=" + connection + " address=127.0.0.1",
        logged.get(0).get("message").getAsString());
    assertTrue(logged.get(1).get("stack").getAsString().contains("a defect"));
    assertEquals("r?1", logged.get(1).get("request").getAsString());
    assertEquals("r?1", logged.get(2).get("request").getAsString());
    String closed =
        Pattern.quote("closed connection=" + connection + " address=127.0.0.1 code=")
            + "10\\d\\d seconds=\\d+\\.\\d{3}";
    assertTrue(logged.get(3).get("message").getAsString().matches(closed), logged.toString());
    assertFalse(lines().toString().contains("a secret"));
  }

  /** The library does not choose the locale of the program that embeds it. */
  @ParameterizedTest
  @ValueSource(strings = {"fa", "ar-EG-u-nu-arab", "th-TH-u-nu-thai", "de"})
  void numbersAreAsciiAndUngroupedUnderEveryLocale(String tag) {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag(tag));
    try {
      configure("DEBUG", "text");
      try (TestServer server = TestServer.start();
          RawClient alice = server.connect("alice")) {
        alice.nextJson("welcome");
        alice.send(
            """
            {"type":"chat_message","data":{"room":"lobby","text":"%s"},"id":"7"}"""
                .formatted("x".repeat(900) + "\\u0041".repeat(20)));
        alice.nextJson("ack");
        alice.send(RawFrame.close(1000, ""));
        Await.until("the last line", () -> lines().stream().anyMatch(l -> l.contains("code=")));
      }
    } finally {
      Locale.setDefault(before);
    }
    assertTrue(lines().stream().anyMatch(line -> line.matches(".* chars=\\d{4} .*")), lines() + "");
    assertTrue(lines().stream().anyMatch(line -> line.matches(".* code=1000\\b.*")), lines() + "");
    lines().forEach(line -> assertTrue(line.chars().allMatch(c -> c < 128), line));
  }

  @Test
  void controlCharacterDoesNotBeginALine() {
    configure("INFO", "text");
    LOG.log(Level.INFO, "reason={0}", "bad\r\n2026-01-01T00:00:00Z INFO Place: forged\u001b[2J");
    assertEquals(1, lines().size());
    assertTrue(
        lines().getFirst().endsWith("reason=bad??2026-01-01T00:00:00Z INFO Place: forged?[2J"));
  }

  @Test
  void loggingDoesNotWaitForTheOutput() throws Exception {
    CountDownLatch read = new CountDownLatch(1);
    OutputStream stuck =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
          }

          @Override
          public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
              read.await();
            } catch (InterruptedException e) {
              throw new InterruptedIOException();
            }
            err.write(bytes, offset, length);
          }
        };
    configure("INFO", "text", stuck);
    String text = "x".repeat(1000);
    int more = 2 * LogWriter.MAX_WAITING_CHARS / text.length();
    for (int i = 0; i < more; i++) {
      LOG.log(Level.INFO, text);
    }
    read.countDown();
    LOG.log(Level.INFO, "dropped as well, perhaps");
    Await.until(
        "the rest", () -> lines().stream().anyMatch(line -> line.contains(" dropped lines=")));
    long written = lines().stream().filter(line -> line.endsWith(text)).count();
    String about =
        lines().stream().filter(line -> line.contains(" dropped lines=")).findFirst().orElseThrow();
    assertTrue(about.contains(" WARNING LogWriter: dropped lines="), about);
    assertTrue(written < more && written > more / 4, "" + written);
    LOG.log(Level.INFO, "goes on");
    assertTrue(lines().getLast().endsWith("goes on"));
  }

  private List<JsonObject> about(String user) {
    return lines().stream()
        .map(line -> JsonParser.parseString(line).getAsJsonObject())
        .filter(line -> line.has("connection"))
        .filter(line -> line.get("connection").getAsString().startsWith(user + "/"))
        .toList();
  }
}
