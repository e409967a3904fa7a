package agentcore.example.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.AgentCore;
import agentcore.core.message.Event;
import agentcore.example.ChatSetting;
import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.RawHttp;
import agentcore.testkit.TestServer;
import agentcore.testkit.network.TestKeystore;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What operators read of a server over the HTTP API. */
class ApiServerTest extends OperatorRequests {
  private static final List<String> PATHS =
      List.of(
          "/",
          "/admin",
          "/metrics",
          "/health",
          "/api/v1/server",
          "/api/v1/metrics",
          "/api/v1/rooms",
          "/api/v1/rooms/lobby/members",
          "/api/v1/users/alice");

  @Test
  void keyNeedsTheScopeRead() {
    RawHttp http = http(start(Map.of("API_KEYS", KEYS)).port());
    for (String path : List.of("/api/v1/server", "/api/v1/metrics")) {
      assertEquals(401, ask(http, "GET", path).status());
      assertEquals(401, get(http, path, ALL + "x").status());
      RawHttp.Response refused = get(http, path, PUBLISH);
      assertEquals(403, refused.status());
      assertTrue(refused.body().contains("This key lacks the scope read"), refused.body());
      assertEquals(200, get(http, path, READ).status());
    }
    JsonObject reader = json(get(http, "/api/v1/server", READ));
    assertEquals("eye", reader.get("key").getAsString());
    assertEquals("[\"read\"]", reader.get("scopes").toString());
    assertEquals(
        "[\"publish\",\"read\",\"manage\"]",
        json(get(http, "/api/v1/server", ALL)).get("scopes").toString());
  }

  @Test
  void settingsInForceAreShown() {
    RawHttp http = http(start(Map.of("API_KEYS", KEYS, "MAX_ROOMS", "7")).port());
    JsonObject answer = json(get(http, "/api/v1/server", ALL));
    assertEquals(AgentCore.version(), answer.get("version").getAsString());
    Map<String, JsonObject> settings = new HashMap<>();
    for (JsonElement each : answer.getAsJsonArray("settings")) {
      settings.put(each.getAsJsonObject().get("name").getAsString(), each.getAsJsonObject());
    }
    assertEquals(
        ChatSetting.all().stream().map(String::valueOf).collect(Collectors.toSet()),
        settings.keySet());
    assertEquals("7", settings.get("MAX_ROOMS").get("value").getAsString());
    assertEquals("program", settings.get("MAX_ROOMS").get("source").getAsString());
    assertEquals("default", settings.get("LOG_LEVEL").get("source").getAsString());
    String keys = settings.get("API_KEYS").get("value").getAsString();
    assertTrue(keys.startsWith("*** ("), keys);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://operator:word-of-redis@127.0.0.1:1/0",
        "redis-sentinel://:word-of-redis@127.0.0.1:1/main/0?sentinel=guard:word-of-sentinel"
      })
  void answersContainNoSecret(String redisUrl, @TempDir Path folder) {
    String signing = "a secret that signs tokens: 32 bytes";
    String before = "the secret that signed before: 32 bytes";
    TestKeystore keystore = TestKeystore.make(folder.resolve("key.p12"), "localhost");
    Map<String, String> settings =
        Map.of(
            "API_KEYS",
            KEYS,
            "AUTH_SECRET",
            signing + ',' + before,
            "TLS_KEYSTORE",
            keystore.file().toString(),
            "TLS_PASSWORD",
            TestKeystore.PASSWORD,
            "ADMIN_PORT",
            "0",
            "REDIS_URL",
            redisUrl);
    RawHttp http = http(start(settings).core().adminPort().orElseThrow());
    StringBuilder answers = new StringBuilder();
    for (String path : PATHS) {
      for (String key : List.of(ALL, READ, PUBLISH, ALL + "x")) {
        RawHttp.Response shown = get(http, path, key);
        RawHttp.Response refused = ask(http, "DELETE", path, "Authorization: Bearer " + key);
        answers.append(shown.head()).append(shown.body());
        answers.append(refused.head()).append(refused.body());
      }
    }
    assertTrue(answers.indexOf("127.0.0.1:1/") > 0, "the rest of the address is shown");
    for (String secret :
        List.of(
            ALL,
            READ,
            PUBLISH,
            signing,
            before,
            TestKeystore.PASSWORD,
            "word-of-redis",
            "word-of-sentinel")) {
      assertFalse(answers.indexOf(secret) >= 0, secret);
    }
  }

  private static JsonArray samples(RawHttp http, String query) {
    return json(get(http, "/api/v1/metrics" + query, READ)).getAsJsonArray("samples");
  }

  @Test
  void samplesFollowWhatHappens() {
    TestServer server = start(Map.of("API_KEYS", KEYS, "API_RATE_LIMIT", "0"));
    RawHttp http = http(server.port());
    Await.until("the first sample", () -> !samples(http, "").isEmpty());
    JsonObject first = samples(http, "").get(0).getAsJsonObject();
    assertEquals(0, first.get("connections").getAsInt());
    assertTrue(first.get("lag_p50_micros").isJsonNull());
    assertTrue(first.get("store_up").getAsBoolean());
    assertEquals(0, first.get("store_parts_away").getAsInt());
    try (RawClient alice = server.welcomed("alice")) {
      String request = "{\"type\":\"chat_message\",\"data\":{\"room\":\"lobby\",\"text\":\"x\"}}";
      alice.send(request);
      alice.nextJson("chat_message");
      alice.send("{\"type\":\"nonsense\"}");
      alice.nextJson("error");
      server.core().room("lobby").publish(Event.of("hello"));
      alice.nextJson("hello");
      Await.until("a sample of it", () -> newest(http).get("received").getAsInt() == 3);
      JsonObject sample = newest(http);
      assertEquals(1, sample.get("connections").getAsInt());
      assertEquals(2, sample.get("delivered").getAsInt());
      assertEquals(1, sample.get("errors").getAsInt());
      long p50 = sample.get("lag_p50_micros").getAsLong();
      assertTrue(p50 >= 0 && p50 <= sample.get("lag_p99_micros").getAsLong(), sample.toString());
    }
  }

  private static JsonObject newest(RawHttp http) {
    JsonArray samples = samples(http, "");
    return samples.get(samples.size() - 1).getAsJsonObject();
  }

  @Test
  void onlyNewerSamplesAreSent() {
    RawHttp http = http(start(Map.of("API_KEYS", KEYS, "API_RATE_LIMIT", "0")).port());
    Await.until("the first sample", () -> !samples(http, "").isEmpty());
    double time = samples(http, "").get(0).getAsJsonObject().get("time").getAsDouble();
    assertTrue(Math.abs(time * 1000 - System.currentTimeMillis()) < 3_600_000, "" + time);
    assertFalse(samples(http, "?after=" + (long) Math.floor(time)).isEmpty());
    assertTrue(samples(http, "?after=" + (long) (time + 3600)).isEmpty());
    for (String bad : List.of("-1", "x", "1.5", "99999999999999999", "")) {
      assertEquals(400, get(http, "/api/v1/metrics?after=" + bad, READ).status(), bad);
    }
  }

  @Test
  void operatorsRoutesAreOnTheAdminPortOnlyAndTheOthersOnBoth() {
    TestServer server = start(Map.of("API_KEYS", KEYS, "ADMIN_PORT", "0"));
    RawHttp clients = http(server.port());
    RawHttp operators = http(server.core().adminPort().orElseThrow());
    for (String path : List.of("/api/v1/server", "/api/v1/metrics")) {
      assertEquals(200, get(operators, path, ALL).status(), path);
      assertEquals(404, get(clients, path, ALL).status(), path);
    }
    for (String path : List.of("/api/v1/rooms", "/api/v1/users/alice")) {
      assertEquals(200, get(operators, path, ALL).status(), path);
      assertEquals(200, get(clients, path, ALL).status(), path);
      assertEquals(401, ask(operators, "GET", path).status(), path);
    }
  }
}
