package agentcore.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.Setting;
import agentcore.core.connection.CloseCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every figure in the pages' prose comes from somewhere: it is the default of the setting before
 * it, or stands in the list of figures and where they come from. What was measured is in {@link
 * MeasuredTest}.
 */
class FiguresTest {
  private static final Path FIGURES = Path.of("src", "test", "resources", "docs", "figures.txt");

  /** A number with a unit. */
  private static final Pattern FIGURE =
      Pattern.compile(
          "(?<![\\w.`=-])\\d[\\d,.]*\\s"
              + "(s|ms|us|seconds|minutes|days|hours|[KM]i?B|bytes|characters|code points|%|rooms|users"
              + "|rounds|ports)\\b");

  private static final Pattern DEFAULT =
      Pattern.compile("`([A-Z_]+)`(?:\\s[a-z]+){0,2}\\s\\((\\d[\\d.]*)( s)?\\)");
  private static final Pattern CLOSE_CODE =
      Pattern.compile("(?<![\\d,.])(44\\d\\d|10[01][1-9])\\b");

  /** A port is none. */
  private static final Pattern STATUS =
      Pattern.compile("(?<![\\d,.])(?!443)[45]\\d\\d(?=[ ,.:;)`])(?! bytes)(?![,.]\\d)");

  /**
   * A figure and where it comes from.
   *
   * @param page that tells it; {@code *} for any
   * @param words with the figure
   * @param source a file; empty where the figure is not ours
   * @param origin what stands in that file
   */
  private record Origin(String page, String words, String source, String origin) {
    static Origin parse(String line) {
      String[] cells = line.split("\\s*\\|\\s*", -1);
      return new Origin(cells[0], cells[1], cells[2], cells[3]);
    }

    boolean covers(Page page, String line, int place) {
      int begin = line.indexOf(words);
      boolean isThere = begin >= 0 && begin <= place && place < begin + words.length();
      return isThere && (this.page.equals("*") || page.file().endsWith(this.page));
    }

    boolean isTrue() throws IOException {
      return source.isEmpty() || Files.readString(Path.of("src").resolve(source)).contains(origin);
    }
  }

  private static List<Origin> origins() throws IOException {
    return Files.readAllLines(FIGURES).stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(Origin::parse)
        .toList();
  }

  /** Returns a page's prose without what was measured, in one line. */
  private static String words(Page page) {
    return page.prose()
        .replaceAll("(?ms)^Measured on .*?\\n\\n.*?\\n\\n", "\n\n")
        .replaceAll("\\s+", " ");
  }

  @Test
  void everyFigureComesFromSomewhere() throws IOException {
    List<Origin> origins = origins();
    List<String> unknown = new ArrayList<>();
    for (Page page : Page.all()) {
      String words = words(page);
      List<MatchResult> defaults = DEFAULT.matcher(words).results().toList();
      FIGURE
          .matcher(words)
          .results()
          .filter(
              f -> defaults.stream().noneMatch(d -> d.start() < f.start() && f.end() <= d.end()))
          .filter(f -> origins.stream().noneMatch(o -> coversAnywhere(o, page, words, f.start())))
          .forEach(f -> unknown.add(page + ": ... " + around(words, f)));
    }
    assertEquals(List.of(), unknown);
  }

  /** The words may stand on a page several times. */
  private static boolean coversAnywhere(Origin origin, Page page, String words, int place) {
    int from = Math.max(0, place - origin.words().length());
    return origin.covers(page, words.substring(from), place - from);
  }

  private static String around(String words, MatchResult figure) {
    return words.substring(Math.max(0, figure.start() - 40), figure.end());
  }

  @Test
  void everyOriginIsThereAndIsTold() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (Origin origin : origins()) {
      boolean isTold =
          Page.all().stream()
              .filter(page -> origin.page().equals("*") || page.file().endsWith(origin.page()))
              .anyMatch(page -> words(page).contains(origin.words()));
      if (!isTold || !origin.isTrue()) {
        wrong.add(origin + (isTold ? " is not so" : " is told nowhere"));
      }
    }
    assertEquals(List.of(), wrong);
  }

  @Test
  void aDefaultBehindASettingIsItsOwn() {
    List<String> wrong = new ArrayList<>();
    int defaults = 0;
    for (Page page : Page.all()) {
      for (MatchResult told : DEFAULT.matcher(words(page)).results().toList()) {
        String value = Setting.valueOf(told.group(1)).defaultValue();
        if (!value.equals(told.group(2))) {
          wrong.add(page + ": " + told.group() + ", not " + value);
        }
        defaults++;
      }
    }
    assertEquals(List.of(), wrong);
    assertTrue(defaults > 5, defaults + "");
  }

  @Test
  void everyCloseCodeIsOne() {
    Set<String> codes =
        Stream.of(CloseCode.values()).map(code -> "" + code.number()).collect(Collectors.toSet());
    Set<String> unknown = new TreeSet<>();
    for (Page page : Page.all()) {
      CLOSE_CODE.matcher(page.prose()).results().map(MatchResult::group).forEach(unknown::add);
    }
    assertTrue(unknown.size() > 10, unknown.toString());
    unknown.removeAll(codes);
    assertEquals(Set.of(), unknown);
  }

  @Test
  void everyStatusIsOne() throws IOException {
    String answers =
        Files.readString(
            Path.of("src", "main", "java", "agentcore", "core", "transport", "HttpResponse.java"));
    List<String> unknown = new ArrayList<>();
    for (Page page : Page.all()) {
      STATUS
          .matcher(words(page))
          .results()
          .map(MatchResult::group)
          .filter(status -> !answers.contains("case " + status + " ->"))
          .forEach(status -> unknown.add(page + ": " + status));
    }
    assertEquals(List.of(), unknown);
  }
}
