package agentcore.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every example on a page is run by a test, or is part of what is compiled. */
class BlocksTest {
  private static final Path SOURCES = Path.of("src");
  private static final Set<Path> WITH_CONVERSATIONS =
      Set.of(Page.README, Page.FOLDER.resolve("protocol.md"));

  private static Stream<Path> javaFiles() {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An excerpt may stand less far to the right than in its file. */
  private static String withoutIndentation(String java) {
    return java.lines().map(String::strip).collect(Collectors.joining("\n", "\n", "\n"));
  }

  @Test
  void everyExampleIsTestedOrCompiled() {
    List<String> sources =
        javaFiles().map(BlocksTest::read).map(s -> withoutIndentation(s)).toList();
    List<String> untested =
        Page.all().stream()
            .flatMap(
                page -> page.blocks().stream().filter(block -> !isTested(page, block, sources)))
            .map(block -> block.place() + " " + block.test().orElse("is tested by nothing"))
            .toList();
    assertEquals(List.of(), untested);
  }

  private static boolean isTested(Page page, Block block, List<String> sources) {
    return switch (block.language()) {
      case "chat" -> WITH_CONVERSATIONS.contains(page.file());
      case "java" -> sources.stream().anyMatch(s -> s.contains(withoutIndentation(block.text())));
      case "text" -> block.test().map(BlocksTest::isThere).orElse(true);
      default -> block.test().filter(BlocksTest::isThere).isPresent();
    };
  }

  /** Whether there is such a test, and it asks for the block, or reads the page. */
  private static boolean isThere(String test) {
    String[] names = test.split("\\.");
    return javaFiles()
        .filter(file -> file.endsWith(names[0] + ".java"))
        .map(BlocksTest::read)
        .anyMatch(
            source ->
                source.contains("void " + names[1] + "(")
                    && (source.contains("Block.")
                        || source.contains(".blocks()")
                        || source.contains(".md\"")));
  }

  @Test
  void findsBlocksAndTheirTests() {
    Page page =
        new Page(
            Path.of("page.md"),
            """
            Words and `code`:

            <!-- tested by SomeTest.some -->

                one
                  two

            ```chat
            alice connects
            ```
            - a list
              goes on
            """);
    assertEquals(
        List.of(
            new Block("page.md:5", "", "one\n  two\n", Optional.of("SomeTest.some")),
            new Block("page.md:8", "chat", "alice connects\n", Optional.of("SomeTest.some"))),
        page.blocks());
    assertEquals(List.of("code"), page.code());
    assertTrue(page.prose().contains("  goes on"));
  }
}
