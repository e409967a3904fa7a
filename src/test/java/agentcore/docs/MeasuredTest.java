package agentcore.docs;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the README says of speed was measured, and its packages are those of the build. */
class MeasuredTest {
  private static final Path RESULTS = Path.of("src", "bench", "results.json");

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
}
