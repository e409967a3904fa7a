package agentcore.docs;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.TestInfo;

/**
 * An example on a page.
 *
 * @param place file and line
 * @param language what stands behind its fence, if anything does
 * @param text without the indentation
 * @param test the test that runs it, as the page says: {@code SomeTest.someMethod}
 */
public record Block(String place, String language, String text, Optional<String> test) {
  /** Returns the only block of which a page says that this test runs it. */
  public static Block of(TestInfo test) {
    List<Block> all = allOf(test);
    if (all.size() != 1) {
      throw new AssertionError("one block is expected: " + all);
    }
    return all.getFirst();
  }

  /** Returns the blocks of which pages say that this test runs them. */
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

  /** Returns its commands, one a line, without what is said about them. */
  List<String> commands() {
    return text.replace("\\\n", " ").lines().map(line -> line.replaceFirst("\\s+#.*", "")).toList();
  }
}
