package agentcore.compare;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The results of a complete run, in src/bench/results.json and in the README. */
final class Results {
  private static final Path FILE = Path.of("src", "bench", "results.json");
  private static final Path README = Path.of("README.md");
  private static final Pattern SHOWN =
      Pattern.compile(
          "(?ms)^Measured on .*?^\\| \\|.*?(?=^$)"); // the sentence and the table below it

  private final Gson gson = new GsonBuilder().disableHtmlEscaping().create();
  private final List<List<String>> rows = new ArrayList<>();

  /** Adds a row: AgentCore, the peer, the bare write. */
  void add(String title, String ours, String theirs, String bare) {
    rows.add(List.of(title, ours, theirs, bare));
  }

  /** Returns the median with its significant digits. */
  static String figure(Samples samples, String unit) {
    double value = samples.isEmpty() ? 0 : samples.median();
    String format = value < 1 ? "%.2f" : value < 10 ? "%.1f" : "%.0f";
    return samples.isEmpty() ? "" : String.format(Locale.ROOT, format, value) + unit;
  }

  /** Writes the file, and replaces the sentence and the table in the README. */
  void write(int rounds, String nodeVersion) throws IOException {
    String when = LocalDate.now(ZoneId.systemDefault()).toString();
    String how =
        "medians of %d rounds, %d cores, JDK %d, node %s"
            .formatted(
                rounds,
                Runtime.getRuntime().availableProcessors(),
                Runtime.version().feature(),
                nodeVersion);
    String json =
        rows.stream().map(gson::toJson).collect(Collectors.joining(",\n    ", "[\n    ", "\n  ]"));
    Files.writeString(
        FILE,
        "{\n  \"when\": %s,\n  \"how\": %s,\n  \"rows\": %s\n}\n"
            .formatted(gson.toJson(when), gson.toJson(how), json));
    StringBuilder shown =
        new StringBuilder("Measured on " + when + ": " + how + ".\n\n")
            .append("| | AgentCore | node `ws` | a bare write |\n|---|---|---|---|\n");
    rows.forEach(row -> shown.append("| ").append(String.join(" | ", row)).append(" |\n"));
    String readme = Files.readString(README);
    Files.writeString(
        README, SHOWN.matcher(readme).replaceFirst(Matcher.quoteReplacement(shown.toString())));
    System.out.println("Written to " + FILE + " and " + README + ".");
  }
}
