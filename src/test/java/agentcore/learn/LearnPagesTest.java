package agentcore.learn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.SharedRedis;
import agentcore.testkit.process.ChildJvm;
import agentcore.testkit.process.FreePort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The steps of src/learn are as small as promised, and do what their pages say. */
class LearnPagesTest {
  private static final Path FOLDER = Path.of("src", "learn");
  private static final int MAX_FILES = 4;
  private static final int MAX_PAGE_LINES = 80;

  private static List<Path> code(LearnStep step) {
    try (Stream<Path> files = Files.list(FOLDER.resolve(step.folder()))) {
      return files.filter(file -> file.toString().endsWith(".java")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @EnumSource
  void eachStepIsSmall(LearnStep step) {
    List<Path> files = code(step);
    List<String> lines =
        files.stream()
            .flatMap(file -> lines(file).stream())
            .map(String::strip)
            .filter(line -> !line.isEmpty() && !line.matches("(import|package) .*"))
            .toList();
    long code = lines.stream().filter(line -> !line.matches("(/\\*|\\*|//).*")).count();
    assertTrue(code <= step.maxLinesOfCode(), code + " lines of code");
    assertTrue(lines.size() <= step.maxLines(), lines.size() + " lines of code and comments");
    assertTrue(files.size() <= MAX_FILES, files::toString);
  }

  @ParameterizedTest
  @EnumSource
  void eachStepUsesNeitherTheProductNorAnotherStep(LearnStep step) {
    for (Path file : code(step)) {
      for (String line : lines(file)) {
        assertFalse(
            line.startsWith("import ")
                && !line.matches(
                    "import (static )?(java|org\\.java_websocket|com\\.google\\.gson|redis\\.clients|"
                        + step.folder()
                        + ")\\..*"),
            file + ": " + line);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void eachPageHasItsSections(LearnStep step) {
    List<String> page = lines(FOLDER.resolve(step.folder()).resolve("README.md"));
    List<String> headings =
        page.stream()
            .filter(line -> line.startsWith("## "))
            .map(line -> line.substring(3))
            .toList();
    List<String> expected =
        switch (step) {
          case ONE -> List.of("What happens", "What is wrong with it", "Exercise");
          case TWO, THREE, FOUR ->
              List.of(
                  "What it adds", "The difference in words", "What is wrong with it", "Exercise");
          case FIVE ->
              List.of("What it adds", "The difference in words", "What it still lacks", "Exercise");
        };
    assertEquals(expected, headings);
    assertTrue(page.contains("```text"), "a diagram");
    assertTrue(page.size() <= MAX_PAGE_LINES, page.size() + " lines");
  }

  /** Most of the code of a step is that of the step before, so that the difference can be read. */
  @Test
  void eachStepKeepsMostOfTheStepBefore() {
    List<LearnStep> steps = List.of(LearnStep.values());
    for (int i = 1; i < steps.size(); i++) {
      List<String> before = new ArrayList<>();
      code(steps.get(i - 1)).forEach(file -> before.addAll(lines(file)));
      List<String> after = new ArrayList<>();
      code(steps.get(i)).forEach(file -> after.addAll(lines(file)));
      long kept = before.stream().filter(after::remove).count();
      assertTrue(kept * 10 > before.size() * 8L, steps.get(i) + " keeps " + kept);
    }
  }

  @ParameterizedTest
  @EnumSource
  void terminalChatsWithEachStep(LearnStep step) {
    int port = FreePort.next();
    List<String> server = new ArrayList<>();
    server.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    server.addAll(List.of("-XX:TieredStopAtLevel=1", "-Dslf4j.internal.verbosity=ERROR", "-cp"));
    server.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    server.addAll(List.of(step.folder() + ".Chat", "" + port));
    if (step.usesRedis()) {
      server.add(SharedRedis.database());
    }
    try (ChildJvm chat = ChildJvm.start(server, Map.of())) {
      Await.until("the server to listen", () -> !chat.out().isEmpty() || !chat.isAlive());
      assertEquals(
          List.of("Listening on ws://127.0.0.1:" + port + "/ws/{user_id}"),
          chat.out(),
          () -> "" + chat.err());
      try (RawClient alice = RawClient.connect(port, "/ws/alice");
          ChildJvm bob =
              ChildJvm.run(
                  List.of("-Djdk.console=java.base"),
                  "chat",
                  "--url",
                  "ws://127.0.0.1:" + port,
                  "--user",
                  "bob")) {
        // Bob speaks after his welcome; before it, he may not be a member yet.
        bob.type("Hi, Alice");
        assertEquals("Hi, Alice", alice.nextJson("chat_message").get("text").getAsString());
        alice.send(
            "{\"type\":\"chat_message\",\"data\":{\"room\":\"lobby\",\"text\":\"Hi, Bob\"}}");
        Await.until("Alice's message", () -> bob.out().contains("[lobby] alice: Hi, Bob"));
        bob.endInput();
        assertEquals(0, bob.awaitExit(), () -> "" + bob.err());
      }
    }
  }
}
