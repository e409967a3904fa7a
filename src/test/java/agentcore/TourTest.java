package agentcore;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The types and methods that the tour names exist, and each of its questions has an answer. */
class TourTest {
  private static final List<Path> SOURCES =
      List.of(Path.of("src/main/java"), Path.of("src/test/java"));

  /** A type, or a method of a type. */
  private static final Pattern NAME =
      Pattern.compile("`([A-Z]\\w*[a-z]\\w*)(?:\\.([a-z]\\w*))?(?:\\(\\))?`");

  private static final Pattern ON_THE_WAY =
      Pattern.compile("these (\\d+) types, which have about ([0-9,]+) lines");

  private static final Pattern LABEL = Pattern.compile("(?m)^\\*\\*(\\d+[a-z]|[A-Z]\\d)\\.\\*\\*");
  private static final Pattern STOP = Pattern.compile("(?m)^## (\\d+)\\. .*$");

  /** Types of the JDK. */
  private static final List<String> JDK_TYPES =
      List.of("ReentrantLock", "InterruptedException", "IOException", "NullPointerException");

  private static String tour() throws IOException {
    return Files.readString(Tour.FILE);
  }

  @Test
  void everyNamedTypeAndMethodExists() throws IOException {
    Map<String, String> sources = sources();
    List<String> missing = new ArrayList<>();
    List<MatchResult> named = NAME.matcher(tour()).results().toList();
    for (MatchResult name : named) {
      String source = sources.getOrDefault(name.group(1), "");
      boolean exists =
          name.group(2) == null
              ? !source.isEmpty() || JDK_TYPES.contains(name.group(1))
              : declaration(name.group(2)).matcher(source).find();
      if (!exists) {
        missing.add(name.group());
      }
    }
    assertEquals(List.of(), missing);
    assertFalse(named.isEmpty());
  }

  /** Matches the declaration of a method in a class or a nested class. */
  private static Pattern declaration(String method) {
    return Pattern.compile(
        "(?m)^(?:  |    )(?!return |throw |yield |new )(?:[\\w.<>\\[\\]?,@]+ )+" + method + "\\(");
  }

  /** Returns the source of each type, by its simple name. */
  private static Map<String, String> sources() throws IOException {
    Map<String, String> sources = new HashMap<>();
    for (Path folder : SOURCES) {
      try (Stream<Path> files = Files.walk(folder)) {
        files
            .filter(file -> file.toString().endsWith(".java"))
            .forEach(
                file ->
                    sources.merge(
                        file.getFileName().toString().replace(".java", ""),
                        Source.text(file),
                        String::concat));
      }
    }
    return sources;
  }

  /** {@code TraceTest} compares the types with those of a real message. */
  @Test
  void countsTheTypesOnTheWayAndTheirLines() throws IOException {
    List<String> types = Tour.typesOnTheWay();
    Matcher stated = ON_THE_WAY.matcher(tour());
    assertTrue(stated.find());
    assertEquals(types.size(), Integer.parseInt(stated.group(1)));
    long lines = 0;
    for (String type : types) {
      Path file = Path.of("src/main/java/agentcore", type.replace('.', '/') + ".java");
      lines += Files.readAllLines(file).size();
    }
    long rounded = Long.parseLong(stated.group(2).replace(",", ""));
    assertTrue(Math.abs(lines - rounded) * 10 <= lines, lines + " lines, not about " + rounded);
  }

  @Test
  void everyQuestionHasAnswerInSameOrder() throws IOException {
    String[] halves = tour().split("\n## Answers\n");
    assertEquals(2, halves.length);
    List<String> questions = labels(halves[0]);
    assertEquals(questions, labels(halves[1]));
    assertFalse(questions.isEmpty());
  }

  private static List<String> labels(String text) {
    return LABEL.matcher(text).results().map(label -> label.group(1)).toList();
  }

  @Test
  void everyStopNamesFilesAndAsksQuestion() throws IOException {
    String[] stops = tour().split("(?m)^## ");
    List<String> numbered = STOP.matcher(tour()).results().map(stop -> stop.group(1)).toList();
    List<String> expected = new ArrayList<>();
    for (String stop : stops) {
      if (stop.matches("(?s)\\d+\\. .*")) {
        expected.add(String.valueOf(expected.size() + 1));
        assertTrue(stop.contains("\nRead `") && stop.contains("**" + expected.getLast() + "a.**"));
      }
    }
    assertEquals(expected, numbered);
  }
}
