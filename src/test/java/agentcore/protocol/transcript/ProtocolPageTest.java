package agentcore.protocol.transcript;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import agentcore.testkit.SharedStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every example of the protocol page and the README works. The examples of one section (one {@code
 * ##} heading) form one transcript.
 */
class ProtocolPageTest {
  private static final Path PAGE = Path.of("src", "docs", "protocol.md");
  private static final Path README = Path.of("README.md");
  private static final String FENCE = "```";

  @TestFactory
  Stream<DynamicTest> everyExampleMatchesServer() throws IOException {
    return Stream.concat(examples(PAGE), examples(README));
  }

  private static Stream<DynamicTest> examples(Path page) throws IOException {
    Map<String, Transcript> sections = sections(Files.readAllLines(page));
    assertFalse(sections.isEmpty());
    return sections.entrySet().stream()
        .map(
            section ->
                DynamicTest.dynamicTest(
                    section.getKey(),
                    () -> {
                      Play.run(section.getValue(), 1, SharedStore::memory);
                      Play.run(section.getValue(), 2, SharedStore::memory);
                    }));
  }

  @Test
  void joinsExamplesOfOneSectionAndKeepsLineNumbers() {
    String page =
        """
        ## One
        ```chat
        alice connects
        ```
        and then
        ```chat
        alice silent
        ```
        ```json
        {"no":"example"}
        ```
        ## None
        ## Two
        ```chat
        bob connects
        ```
        """;
    Map<String, Transcript> sections = sections(page.lines().toList());
    assertEquals(List.of("One", "Two"), List.copyOf(sections.keySet()));
    assertEquals(
        List.of("protocol.md:3", "protocol.md:7"),
        sections.get("One").steps().stream().map(Step::place).toList());
  }

  /** Replaces everything else with blank lines, so that examples keep their line numbers. */
  private static Map<String, Transcript> sections(List<String> page) {
    Map<String, Transcript> sections = new TreeMap<>();
    List<String> example = new ArrayList<>();
    String title = "";
    int begin = 0;
    boolean inExample = false;
    for (int i = 0; i <= page.size(); i++) {
      String line = i < page.size() ? page.get(i) : "## ";
      if (line.startsWith("## ") && !inExample) {
        Transcript section = Transcript.parse("protocol.md", begin + 1, example);
        if (!section.steps().isEmpty()) {
          sections.put(title, section);
        }
        title = line.substring(3);
        begin = i;
        example.clear();
      }
      boolean isFence = line.startsWith(FENCE);
      inExample = isFence ? line.equals(FENCE + "chat") : inExample;
      example.add(inExample && !isFence ? line : "");
    }
    return Collections.unmodifiableMap(sections);
  }
}
