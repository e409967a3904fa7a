package agentcore;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One source file of the program.
 *
 * @param inPackage the package without the common prefix; empty for the root package
 * @param code the source without comments and string literals
 */
record Source(Path file, String inPackage, String type, String code) {
  private static final Path FOLDER = Path.of("src/main/java");
  private static final String ROOT = "agentcore";

  private static final Pattern COMMENT_OR_TEXT =
      Pattern.compile(
          "/\\*.*?\\*/|//[^\\n"
              + "]*|\"\"\".*?(?<!\\\\)\"\"\"|\"(?:\\\\.|[^\"\\\\\\n"
              + "])*\"|'(?:\\\\.|[^'\\\\])+'",
          Pattern.DOTALL);

  private static final Pattern QUALIFIED = Pattern.compile("\\b(?:[a-z_][a-z0-9_]*\\.)+[A-Z]\\w*");

  private static final Pattern PUBLIC_TYPE =
      Pattern.compile("(?m)^public\\s+(?:[a-z-]+\\s+)*(?:class|interface|enum|record)\\b");

  /** Reads all source files except package-info. */
  static List<Source> all() throws IOException {
    try (Stream<Path> files = Files.walk(FOLDER)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !file.endsWith("package-info.java"))
          .filter(file -> !file.endsWith("module-info.java"))
          .sorted()
          .map(Source::read)
          .toList();
    }
  }

  private static Source read(Path file) {
    Path folder = FOLDER.resolve(ROOT).relativize(file).getParent();
    String inPackage = folder == null ? "" : folder.toString().replaceAll("[/\\\\]", ".");
    String type = file.getFileName().toString().replace(".java", "");
    return new Source(file, inPackage, type, COMMENT_OR_TEXT.matcher(text(file)).replaceAll(" "));
  }

  /** Returns a file's text. */
  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns the qualified types that it names, in imports or elsewhere; ours without the prefix.
   */
  Set<String> namedTypes() {
    return QUALIFIED
        .matcher(code)
        .results()
        .map(MatchResult::group)
        .map(type -> type.replaceFirst("^" + ROOT + "\\.", ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Returns its qualified name without the prefix. */
  String name() {
    return inPackage.isEmpty() ? type : inPackage + '.' + type;
  }

  boolean isPublic() {
    return PUBLIC_TYPE.matcher(code).find();
  }
}
