package agentcore.docs;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The README's benchmark table matches the results of the last full benchmark. */
class MeasuredTest {
  private static final Path RESULTS = Path.of("src", "bench", "results.json");

  /** {@code make bench} writes both; {@code src/bench/run show} writes the table. */
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

  private static JsonObject results() throws IOException {
    return JsonParser.parseString(Files.readString(RESULTS)).getAsJsonObject();
  }

  private static String row(JsonElement row) {
    return row.getAsJsonArray().asList().stream()
        .map(JsonElement::getAsString)
        .collect(Collectors.joining(" | ", "| ", " |"));
  }
}
