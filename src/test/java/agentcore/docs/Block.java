package agentcore.docs;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.TestInfo;

/**
 * A code block on a page.
 *
 * @param place the file and line
 * @param language the language after the opening fence, or empty
 * @param text the text without indentation
 * @param test the test that the page names for it: {@code SomeTest.someMethod}
 */
public record Block(String place, String language, String text, Optional<String> test) {
  /** Returns the only block that is marked as tested by this test. */
  public static Block of(TestInfo test) {
    List<Block> all = allOf(test);
    if (all.size() != 1) {
      throw new AssertionError("expected exactly one block: " + all);
    }
    return all.getFirst();
  }

  /** Returns the blocks that are marked as tested by this test. */
  static List<Block> allOf(TestInfo test) {
    String name =
        test.getTestClass().orElseThrow().getSimpleName()
            + "."
            + test.getTestMethod().orElseThrow().getName();
    return Page.all().stream()
        .flatMap(page -> page.blocks().stream())
        .filter(block -> block.test().equals(Optional.of(name)))
        .toList();
  }

  /** Returns its commands, one per line, without comments. */
  List<String> commands() {
    return text.replace("\\\n", " ").lines().map(line -> line.replaceFirst("\\s+#.*", "")).toList();
  }
}
