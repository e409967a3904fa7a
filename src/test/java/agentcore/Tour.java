package agentcore;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What src/docs/tour.md says about the way of a message. */
public final class Tour {
  static final Path FILE = Path.of("src", "docs", "tour.md");

  private static final Pattern ROW = Pattern.compile("(?m)^\\| ((?:core|example)[a-z.]*) \\|(.*)$");
  private static final Pattern TYPE = Pattern.compile("`(\\w+)`");

  private Tour() {}

  /** Returns the listed types with their packages, such as {@code core.group.Group}. */
  public static List<String> typesOnTheWay() throws IOException {
    return ROW.matcher(Files.readString(FILE)).results().flatMap(Tour::types).toList();
  }

  private static Stream<String> types(MatchResult row) {
    return TYPE.matcher(row.group(2)).results().map(type -> row.group(1) + "." + type.group(1));
  }
}
