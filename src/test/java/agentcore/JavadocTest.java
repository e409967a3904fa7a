package agentcore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import agentcore.testkit.ModulePath;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Javadoc of the library is complete and valid, and its examples are tested. */
class JavadocTest {
  private static final Path SNIPPETS = Path.of("src", "test", "java", "agentcore", "snippets");
  private static final Path LIBRARY = Path.of("src", "main", "java", "agentcore");
  private static final Pattern FAULT = Pattern.compile(".*\\.java:\\d+: .*");
  private static final Pattern REGION = Pattern.compile("@start region=\"(\\w+)\"");

  /**
   * Permitted omissions: tags that would repeat the first sentence, and comments on settings and
   * metrics, whose descriptions are arguments.
   */
  private static final Pattern ALLOWED =
      Pattern.compile(
          ".*: no @(param|return)\\b.*|.*(Setting|Metrics)\\.java:\\d+: .*: no comment");

  @Test
  void everyPublicElementHasValidJavadoc(@TempDir Path to) {
    assertNoFaults(to, "-Xdoclint:all", "@src/docs/javadoc.options");
  }

  /** As in the archive of the Javadoc, which has the exported packages only. */
  @Test
  void exportedPackagesReferToNoOthers(@TempDir Path to) {
    assertNoFaults(
        to,
        "-Xdoclint:all,-missing",
        "-quiet",
        "--class-path", // without it, that of this JVM, which has all packages
        to.toString(),
        "--release",
        "21",
        "--snippet-path",
        "src/test/java/agentcore/snippets",
        "--module-source-path",
        "agentcore=src/main/java",
        "--module",
        "agentcore");
  }

  private static void assertNoFaults(Path to, String... options) {
    StringWriter output = new StringWriter();
    List<String> arguments =
        new ArrayList<>(List.of("-d", to.toString(), "--module-path", ModulePath.ofLibraries()));
    arguments.addAll(List.of(options));
    int code =
        ToolProvider.findFirst("javadoc")
            .orElseThrow()
            .run(
                new PrintWriter(output), new PrintWriter(output), arguments.toArray(String[]::new));
    assertEquals(
        List.of(),
        output
            .toString()
            .lines()
            .filter(line -> FAULT.matcher(line).matches() && !ALLOWED.matcher(line).matches())
            .toList());
    assertEquals(0, code, output.toString());
  }

  @Test
  void everyTestedExampleIsShown() throws IOException {
    String shown = String.join("", texts(LIBRARY));
    List<String> regions =
        texts(SNIPPETS).stream()
            .flatMap(text -> REGION.matcher(text).results())
            .map(region -> region.group(1))
            .toList();
    assertFalse(regions.isEmpty());
    assertEquals(
        List.of(), regions.stream().filter(r -> !shown.contains("region=\"" + r + "\"}")).toList());
  }

  private static List<String> texts(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".java")).map(Source::text).toList();
    }
  }
}
