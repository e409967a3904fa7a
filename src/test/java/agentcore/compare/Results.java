package agentcore.compare;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The results of a complete run in src/bench/results.json, and what is made of them: the README's
 * table and the chart above it.
 */
public final class Results {
  static final String AGENTCORE = "AgentCore";
  static final List<String> PEERS = List.of("node ws", "Bun");
  static final List<String> COLUMNS =
      Stream.of(List.of("", AGENTCORE), PEERS, List.of("a bare write"))
          .flatMap(List::stream)
          .toList();

  private static final Path FILE = Path.of("src", "bench", "results.json");
  private static final Path CHART = Path.of("src", "bench", "results.svg");
  private static final Path README = Path.of("README.md");
  private static final Pattern SENTENCE = Pattern.compile("(?m)^Measured on .*$");
  private static final Pattern TABLE = Pattern.compile("(?ms)^\\| \\| AgentCore .*?(?=^$)");

  private final Gson gson = new GsonBuilder().disableHtmlEscaping().create();
  private final List<List<String>> rows = new ArrayList<>();

  /** Writes the README's table and the chart again, for example after the chart's code changed. */
  public static void main(String[] args) throws IOException {
    show();
  }

  /** Adds and returns a row; figures by column, columns without a figure stay empty. */
  List<String> add(String title, Map<String, String> figures, String bare) {
    List<String> row = new ArrayList<>(List.of(title));
    COLUMNS.subList(1, COLUMNS.size() - 1).forEach(name -> row.add(figures.getOrDefault(name, "")));
    row.add(bare);
    rows.add(row);
    return row;
  }

  /** Returns the median with its significant digits, and a unit or a note; or "". */
  static String figure(Samples samples, String unit) {
    if (samples.isEmpty()) {
      return "";
    }
    double value = samples.median();
    String format = value < 1 ? "%.2f" : value < 10 ? "%.1f" : "%.0f";
    return String.format(Locale.ROOT, format, value) + unit;
  }

  /** Returns a row for the terminal. */
  static String line(List<String> row) {
    StringBuilder line = new StringBuilder(String.format(Locale.ROOT, "%-56s", row.getFirst()));
    row.stream().skip(1).forEach(cell -> line.append(String.format(Locale.ROOT, " %12s", cell)));
    return line.toString();
  }

  /** Writes the file. */
  void write(String how) throws IOException {
    String json =
        rows.stream().map(gson::toJson).collect(Collectors.joining(",\n    ", "[\n    ", "\n  ]"));
    Files.writeString(
        FILE,
        "{\n  \"when\": %s,\n  \"how\": %s,\n  \"columns\": %s,\n  \"rows\": %s\n}\n"
            .formatted(
                gson.toJson(LocalDate.now(ZoneId.systemDefault()).toString()),
                gson.toJson(how),
                gson.toJson(COLUMNS),
                json));
  }

  /** Makes the README and the chart show what is in the file. */
  static void show() throws IOException {
    JsonObject results = JsonParser.parseString(Files.readString(FILE)).getAsJsonObject();
    Files.writeString(CHART, Chart.draw(results));
    String readme = replace(Files.readString(README), SENTENCE, sentence(results));
    Files.writeString(README, replace(readme, TABLE, table(results)));
    System.out.println("Written to " + FILE + ", " + CHART + " and " + README + ".");
  }

  private static String replace(String text, Pattern old, String by) {
    return old.matcher(text).replaceFirst(Matcher.quoteReplacement(by));
  }

  private static String sentence(JsonObject results) {
    return "Measured on %s: %s."
        .formatted(results.get("when").getAsString(), results.get("how").getAsString());
  }

  private static String table(JsonObject results) {
    String header = row(results.get("columns")).replaceFirst(" +", " ");
    String rows =
        results.getAsJsonArray("rows").asList().stream()
            .map(Results::row)
            .collect(Collectors.joining());
    return header + "|---".repeat(COLUMNS.size()) + "|\n" + rows;
  }

  private static String row(JsonElement row) {
    return row.getAsJsonArray().asList().stream()
        .map(JsonElement::getAsString)
        .collect(Collectors.joining(" | ", "| ", " |\n"));
  }
}
