package agentcore.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.ChildJvm;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the README says of speed and size was measured. */
class MeasuredTest {
  private static final Path RESULTS = Path.of("src", "bench", "results.json");
  private static final Pattern SIZE = Pattern.compile("about ([\\d,]+) lines");

  /** So far the code may grow or shrink until the README is to be told. */
  private static final double TOLERANCE = 0.05;

  /** {@code make bench} writes both. */
  @Test
  void theTableOfSpeedsIsThatOfTheLastWholeRun() throws IOException {
    JsonObject results = JsonParser.parseString(Files.readString(RESULTS)).getAsJsonObject();
    String table =
        results.getAsJsonArray("rows").asList().stream()
            .map(MeasuredTest::row)
            .collect(Collectors.joining("\n", "|---|---|---|---|\n", "\n\n"));
    String sentence =
        "\n\nMeasured on %s: %s.\n\n"
            .formatted(results.get("when").getAsString(), results.get("how").getAsString());
    String readme = Page.read(Page.README).text();
    assertTrue(readme.contains(sentence), sentence);
    assertTrue(readme.contains(table), table);
  }

  private static String row(JsonElement row) {
    return row.getAsJsonArray().asList().stream()
        .map(JsonElement::getAsString)
        .collect(Collectors.joining(" | ", "| ", " |"));
  }

  @Test
  void theLinesAreAboutAsManyAsAreCounted() {
    List<String> counted;
    try (ChildJvm loc = ChildJvm.start(List.of("sh", "bin/loc"), Map.of())) {
      assertEquals(0, loc.awaitExit());
      counted = loc.out();
    }
    Matcher told = SIZE.matcher(Page.read(Page.README).prose());
    for (String part : List.of("top, core and example", "cli", "test")) {
      assertTrue(told.find(), part);
      double lines = Double.parseDouble(told.group(1).replace(",", ""));
      double actual = lines(counted, part);
      assertEquals(actual, lines, actual * TOLERANCE, part);
    }
  }

  @Test
  void theRunTimePackagesAreThoseOfTheBuild() throws IOException {
    String pom = Files.readString(Path.of("pom.xml"));
    String dependencies =
        pom.substring(pom.indexOf("<dependencies>"), pom.indexOf("</dependencies>"));
    String packages =
        Pattern.compile("(?s)<dependency>(.*?)</dependency>")
            .matcher(dependencies)
            .results()
            .map(found -> found.group(1))
            .filter(each -> !each.contains("<scope>test<"))
            .map(each -> each.replaceAll("(?s).*<artifactId>(.*)</artifactId>.*", "$1"))
            .collect(Collectors.joining(", "));
    String words = Page.read(Page.README).prose().replaceAll("\\s+", " ");
    assertTrue(words.contains("Three run-time packages: " + packages + "."), packages);
  }

  /** Returns the second of the three figures behind a name. */
  private static double lines(List<String> counted, String part) {
    String row =
        counted.stream().filter(line -> line.startsWith(part + " ")).findFirst().orElseThrow();
    return Double.parseDouble(row.substring(part.length()).strip().split(" +")[1]);
  }
}
