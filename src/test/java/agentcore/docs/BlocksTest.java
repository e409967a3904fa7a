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

/** Every code block on a page is run by a test or appears in compiled code. */
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

  /** Strips the indentation, which may differ between the page and the file. */
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
            .map(block -> block.place() + " " + block.test().orElse("has no test"))
            .toList();
    assertEquals(List.of(), untested);
  }

  private static boolean isTested(Page page, Block block, List<String> sources) {
    return switch (block.language()) {
      case "chat" -> WITH_CONVERSATIONS.contains(page.file());
      case "java" -> sources.stream().anyMatch(s -> s.contains(withoutIndentation(block.text())));
      case "text" -> block.test().map(BlocksTest::exists).orElse(true);
      default -> block.test().filter(BlocksTest::exists).isPresent();
    };
  }

  /** Returns whether this test exists and reads the block or the page. */
  private static boolean exists(String test) {
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
