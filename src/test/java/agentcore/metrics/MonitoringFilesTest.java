package agentcore.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.Setting;
import agentcore.example.ChatSetting;
import agentcore.testkit.TestServer;
import agentcore.testkit.protocol.ErrorCodes;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The alerts and the dashboard name only metrics, labels and settings that exist. */
class MonitoringFilesTest {
  private static final Path FOLDER = Path.of("src", "dist", "deploy");

  private static final Pattern METRIC = Pattern.compile("(agentcore_\\w+)(?:\\{([^}]*)})?");
  private static final Pattern MATCHER = Pattern.compile("(\\w+)=~?\"([^\"]*)\"");
  private static final Pattern LABELS =
      Pattern.compile("\\b(?:by|on) \\(([^)]*)\\)|\\{\\{ ?(?:\\$labels\\.)?(\\w+) ?}}");
  private static final Pattern SETTING = Pattern.compile("\\b[A-Z]+(?:_[A-Z0-9]+)+\\b");

  /** The labels that Prometheus adds. */
  private static final Set<String> OF_TARGETS = Set.of("instance", "job");

  /** Samples as the server writes them, such as {@code agentcore_closes_total{code="1000"}}. */
  private static final Set<String> SAMPLES = new HashSet<>();

  @BeforeAll
  static void readMetrics() {
    try (TestServer server = TestServer.start()) {
      MetricReader.of(server.port())
          .all()
          .values()
          .forEach(metric -> SAMPLES.addAll(metric.samples().keySet()));
    }
  }

  @AfterAll
  static void forget() {
    SAMPLES.clear();
  }

  private static String read(String name) throws IOException {
    return Files.readString(FOLDER.resolve(name));
  }

  @Test
  void alertsNameOnlyWhatExists() throws IOException {
    List<String> alerts = List.of(read("alerts.yml").split("- alert: "));
    assertTrue(alerts.size() > 10, alerts.size() + "");
    assertEquals(List.of(), alerts.stream().flatMap(alert -> wrong(alert).stream()).toList());
  }

  @Test
  void dashboardNamesOnlyWhatExists() throws IOException {
    Set<String> wrong = new TreeSet<>();
    int targets = 0;
    JsonObject dashboard = JsonParser.parseString(read("grafana.json")).getAsJsonObject();
    for (JsonElement panel : dashboard.getAsJsonArray("panels")) {
      for (JsonElement each : panel.getAsJsonObject().getAsJsonArray("targets")) {
        JsonObject target = each.getAsJsonObject();
        targets++;
        wrong.addAll(
            wrong(target.get("expr").getAsString() + target.get("legendFormat").getAsString()));
      }
    }
    assertTrue(targets > 10, targets + "");
    assertEquals(Set.of(), wrong);
  }

  @Test
  void wrongNamesAreNoticed() {
    assertEquals(Set.of(), wrong("sum by (code) (agentcore_closes_total{code=\"1006\"})"));
    assertEquals(Set.of("agentcore_tea"), wrong("agentcore_tea"));
    assertEquals(
        Set.of("agentcore_closes_total{code=\"7\"}"), wrong("agentcore_closes_total{code=\"7\"}"));
    assertEquals(Set.of("type"), wrong("sum by (instance, type) (agentcore_closes_total)"));
    assertEquals(Set.of("room"), wrong("agentcore_connections {{ $labels.room }}"));
    assertEquals(Set.of("NO_SUCH_THING"), wrong("raise NO_SUCH_THING, not HISTORY_SIZE"));
  }

  /** Returns what a text names that does not exist. */
  private static Set<String> wrong(String text) {
    Set<String> wrong = new TreeSet<>();
    Set<String> labels = new HashSet<>(OF_TARGETS);
    for (MatchResult metric : METRIC.matcher(text).results().toList()) {
      List<String> samples = samplesOf(metric.group(1));
      if (samples.isEmpty()) {
        wrong.add(metric.group(1));
      }
      samples.forEach(
          sample -> MATCHER.matcher(sample).results().forEach(l -> labels.add(l.group(1))));
      String selected = metric.group(2) == null ? "" : metric.group(2);
      MATCHER
          .matcher(selected)
          .results()
          .filter(label -> !OF_TARGETS.contains(label.group(1)))
          .filter(label -> samples.stream().noneMatch(sample -> sample.contains(label.group())))
          .forEach(label -> wrong.add(metric.group(1) + '{' + label.group() + '}'));
    }
    Matcher used = LABELS.matcher(text);
    while (used.find()) {
      String names = used.group(1) == null ? used.group(2) : used.group(1);
      wrong.addAll(List.of(names.split(", ?")));
    }
    wrong.removeAll(labels);
    SETTING.matcher(text).results().map(MatchResult::group).forEach(wrong::add);
    wrong.removeIf(MonitoringFilesTest::isSettingOrCode);
    return wrong;
  }

  /** A histogram may also be named without the ending of its samples. */
  private static List<String> samplesOf(String name) {
    List<String> found = new ArrayList<>();
    for (String sample : SAMPLES) {
      String metric = sample.replaceFirst("\\{.*", "");
      if (metric.equals(name) || metric.equals(name + "_bucket")) {
        found.add(sample);
      }
    }
    return found;
  }

  private static boolean isSettingOrCode(String word) {
    return Setting.find(ChatSetting.all(), word).isPresent() || ErrorCodes.all().contains(word);
  }
}
