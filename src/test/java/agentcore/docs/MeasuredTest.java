package agentcore.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.compare.Chart;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The README's benchmark table and its chart match the results of the last full benchmark. */
class MeasuredTest {
  private static final Path RESULTS = Path.of("src", "bench", "results.json");
  private static final Path CHART = Path.of("src", "bench", "results.svg");

  /** {@code make bench} writes all of them; {@code src/bench/run show} writes table and chart. */
  @Test
  void readmeTableMatchesLastFullBenchmark() throws IOException {
    JsonObject results = results();
    String table =
        results.getAsJsonArray("rows").asList().stream()
            .map(MeasuredTest::row)
            .collect(Collectors.joining("\n", "|---|---|---|---|---|\n", "\n\n"));
    String sentence =
        "\n\nMeasured on %s: %s.\n\n"
            .formatted(results.get("when").getAsString(), results.get("how").getAsString());
    String readme = Page.read(Page.README).text();
    assertTrue(readme.contains(sentence), sentence);
    assertTrue(readme.contains(table), table);
  }

  @Test
  void readmeShowsChartOfLastFullBenchmark() throws IOException {
    assertTrue(Page.read(Page.README).text().contains("](src/bench/results.svg)"));
    assertEquals(Chart.draw(results()), Files.readString(CHART), "run src/bench/run show");
  }

  private static JsonObject results() throws IOException {
    return JsonParser.parseString(Files.readString(RESULTS)).getAsJsonObject();
  }

  private static String row(JsonElement row) {
    return row.getAsJsonArray().asList().stream()
        .map(JsonElement::getAsString)
        .collect(Collectors.joining(" | ", "| ", " |"));
  }
}
