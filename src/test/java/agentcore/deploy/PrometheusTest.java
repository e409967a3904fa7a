package agentcore.deploy;

import static java.net.HttpURLConnection.HTTP_UNAVAILABLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.TestServer;
import agentcore.testkit.process.ChildJvm;
import agentcore.testkit.process.FreePort;
import agentcore.testkit.process.Installed;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Prometheus loads the configuration and the alerts, and answers the dashboard's queries.
 */
class PrometheusTest {
  private static final Path FILES = Path.of("src", "dist", "deploy");

  private final HttpClient http = HttpClient.newHttpClient();
  private final int port = FreePort.next();
  @TempDir private Path folder;

  @BeforeEach
  void needsPrometheus() {
    Installed.assume("prometheus");
    Installed.assume("promtool");
  }

  private static List<String> alerts(String file, String pattern) throws IOException {
    return Pattern.compile(pattern)
        .matcher(Files.readString(FILES.resolve(file)))
        .results()
        .map(found -> found.group(1))
        .toList();
  }

  @Test
  void eachAlertFiresBeyondItsThresholdOnly() throws IOException {
    String test = FILES.resolve("alerts-test.yml").toString();
    try (ChildJvm promtool = ChildJvm.start(List.of("promtool", "test", "rules", test), Map.of())) {
      assertEquals(0, promtool.awaitExit(), () -> "" + promtool.out() + promtool.err());
    }
    assertEquals(
        new TreeSet<>(alerts("alerts.yml", "alert: (\\w+)")),
        new TreeSet<>(alerts("alerts-test.yml", "value: 1, .*alertname=\"(\\w+)\"")));
  }

  @Test
  void runsWithTheAlertsAndAnswersTheDashboard() throws IOException {
    try (TestServer server = TestServer.start();
        RawClient alice = server.welcomed("alice");
        ChildJvm prometheus = start(server.port())) {
      alice.send("{\"type\":\"chat_message\",\"data\":{\"room\":\"lobby\",\"text\":\"hi\"}}");
      for (String query : queries()) {
        Await.until(
            "an answer to " + query + prometheus.err(),
            () -> prometheus.isAlive() && !result(query).isEmpty());
      }
      Await.until("all alerts to be evaluated", () -> areInactive(rules()));
    }
  }

  private ChildJvm start(int serverPort) throws IOException {
    String config =
        Files.readString(FILES.resolve("prometheus.yml"))
            .replace(":8001", ":" + serverPort)
            .replace("scrape_interval: 15s", "scrape_interval: 1s");
    Files.copy(FILES.resolve("alerts.yml"), folder.resolve("alerts.yml"));
    Path file = folder.resolve("prometheus.yml");
    Files.writeString(file, "global: {evaluation_interval: 1s}\n" + config);
    return ChildJvm.start(
        List.of(
            "prometheus",
            "--config.file=" + file,
            "--storage.tsdb.path=" + folder.resolve("data"),
            "--web.listen-address=127.0.0.1:" + port),
        Map.of());
  }

  /** Returns the queries of the dashboard as Grafana sends them. */
  private static List<String> queries() throws IOException {
    List<String> queries = new ArrayList<>();
    JsonObject dashboard =
        JsonParser.parseString(Files.readString(FILES.resolve("grafana.json"))).getAsJsonObject();
    for (JsonElement panel : dashboard.getAsJsonArray("panels")) {
      for (JsonElement target : panel.getAsJsonObject().getAsJsonArray("targets")) {
        String query = target.getAsJsonObject().get("expr").getAsString();
        queries.add(query.replace("$instance", ".*").replace("$__rate_interval", "1m"));
      }
    }
    assertTrue(queries.size() > 10, queries::toString);
    return queries;
  }

  private JsonArray result(String query) {
    return get("/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8))
        .getAsJsonArray("result");
  }

  private List<JsonObject> rules() {
    JsonArray groups = get("/rules").getAsJsonArray("groups");
    List<JsonObject> rules = new ArrayList<>();
    groups.forEach(
        group ->
            group
                .getAsJsonObject()
                .getAsJsonArray("rules")
                .forEach(rule -> rules.add(rule.getAsJsonObject())));
    return rules;
  }

  private static boolean areInactive(List<JsonObject> rules) {
    return !rules.isEmpty()
        && rules.stream()
            .allMatch(
                rule ->
                    rule.get("health").getAsString().equals("ok")
                        && rule.get("state").getAsString().equals("inactive"));
  }

  /** Returns the data of an answer; an empty result while Prometheus starts. */
  private JsonObject get(String path) {
    URI uri = URI.create("http://127.0.0.1:" + port + "/api/v1" + path);
    try {
      HttpResponse<String> response =
          http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
      if (response.statusCode() == HTTP_UNAVAILABLE) {
        throw new IOException("Prometheus still reads its storage");
      }
      String body = response.body();
      JsonObject answer = JsonParser.parseString(body).getAsJsonObject();
      assertEquals("success", answer.get("status").getAsString(), body);
      return answer.getAsJsonObject("data");
    } catch (IOException notYet) {
      return JsonParser.parseString("{\"result\":[],\"groups\":[]}").getAsJsonObject();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
