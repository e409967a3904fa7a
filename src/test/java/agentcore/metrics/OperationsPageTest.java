package agentcore.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.testkit.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The operations page names exactly the metrics that exist. */
class OperationsPageTest {
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `(agentcore_\\w+)` \\| ([^|]+) \\|");
  private static final Pattern NAME = Pattern.compile("agentcore_\\w+");

  private final TestServer server = TestServer.start();
  private final Map<String, ExpositionParser.Metric> told = MetricReader.of(server.port()).all();
  private final String page = read();

  private static String read() {
    try {
      return Files.readString(Path.of("src", "docs", "operations.md"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void tableListsEveryMetricWithItsTypeAndLabel() {
    Map<String, String> inTable = new TreeMap<>();
    ROW.matcher(page).results().forEach(row -> inTable.put(row.group(1), row.group(2)));
    Map<String, String> expected = new TreeMap<>();
    told.values().forEach(metric -> expected.put(metric.name(), metric.type() + labels(metric)));
    assertEquals(expected, inTable);
  }

  private static String labels(ExpositionParser.Metric metric) {
    String sample = metric.samples().keySet().iterator().next();
    return metric.type().equals("counter") && sample.contains("{")
        ? ", by `" + sample.replaceFirst(".*\\{(\\w+)=.*", "$1") + '`'
        : "";
  }

  @Test
  void pageNamesOnlyMetricsThatExist() {
    Set<String> known = new TreeSet<>(told.keySet());
    told.values().forEach(metric -> metric.samples().keySet().forEach(s -> known.add(bare(s))));
    Set<String> named =
        NAME.matcher(page).results().map(MatchResult::group).collect(Collectors.toSet());
    named.removeAll(known);
    assertEquals(Set.of(), named);
  }

  private static String bare(String sample) {
    return sample.replaceFirst("\\{.*", "");
  }
}
