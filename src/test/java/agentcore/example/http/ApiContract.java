package agentcore.example.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.AgentCore;
import agentcore.core.Config;
import agentcore.example.ChatConsumer;
import agentcore.example.ChatSetting;
import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.RawHttp;
import agentcore.testkit.SharedStore;
import agentcore.testkit.TestServer;
import agentcore.testkit.protocol.ApiDescription;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The HTTP API, asked on one server while the clients are connected to another one. */
abstract class ApiContract {
  private static final String ALL = "0123456789abcdef0123456789abcdef";
  private static final String OLD = "an older secret of the key named ci";
  private static final String PUBLISH = "the secret that may only publish 32";
  private static final String READ = "the secret that may only read also 32";
  private static final Pattern EXAMPLE = Pattern.compile("(?ms)^```json\n(.*?)^```");

  private final Config config =
      TestServer.config(
          Map.of(
              "API_KEYS",
              "ci:" + ALL + ", ci:" + OLD + ",pub:" + PUBLISH + ":publish,eye:" + READ + ":read",
              "API_RATE_LIMIT",
              "0",
              "PRESENCE_EVENTS_LIMIT",
              "0",
              "ALLOWED_ORIGINS",
              "https://admin.example"));

  private final SharedStore store = stores().open(config);
  private final TestServer clients = start(config);
  private final TestServer api = start(config);
  private final RawHttp http = RawHttp.open(api.port());

  /** Returns the kind of store. */
  abstract SharedStore.Factory stores();

  private TestServer start(Config settings) {
    AgentCore core =
        new AgentCore(settings, store.backend())
            .endpoint("/ws/{user_id}", new ChatConsumer(settings));
    return TestServer.start(ChatHttp.addTo(core, settings));
  }

  @AfterEach
  void stop() {
    http.close();
    api.close();
    clients.close();
    store.close();
  }

  private static String request(String method, String path, String key, String body) {
    String bytes = new String(body.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    return "%s /api/v1/%s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n"
            .formatted(method, path, key)
        + "Content-Length: %d\r\n\r\n%s".formatted(bytes.length(), bytes);
  }

  /** Returns the answer, whatever its status is; src/docs/openapi.json must describe it. */
  private RawHttp.Response ask(String method, String path, String key, String body) {
    RawHttp.Response answer = http.send(request(method, path, key, body)).next();
    assertEquals(
        Optional.empty(),
        ApiDescription.faultOfAnswer(
            method,
            "/api/v1/" + path.split("\\?", 2)[0],
            answer.status(),
            answer.head(),
            Optional.of(answer.body())
                .filter(text -> !text.isEmpty())
                .map(JsonParser::parseString)),
        answer.body());
    return answer;
  }

  private RawHttp.Response ask(String method, String path, String body) {
    return ask(method, path, ALL, body);
  }

  private static JsonObject json(RawHttp.Response answer) {
    return JsonParser.parseString(answer.body()).getAsJsonObject();
  }

  private JsonObject ok(String method, String path, String body) {
    RawHttp.Response answer = ask(method, path, body);
    assertEquals(200, answer.status(), answer.body());
    assertTrue(answer.head().contains("\r\nContent-Type: application/json"), answer.head());
    return json(answer);
  }

  private static void assertProblem(int status, String code, RawHttp.Response answer) {
    assertEquals(status, answer.status(), answer.body());
    assertTrue(answer.head().contains("\r\nContent-Type: application/problem+json"), answer.head());
    JsonObject problem = json(answer);
    assertEquals(status, problem.get("status").getAsInt());
    assertEquals(code, problem.get("error_code").getAsString());
    assertFalse(problem.get("detail").getAsString().isEmpty());
    assertFalse(problem.get("title").getAsString().equals("Error"));
  }

  @Test
  void messageReachesTheMembersAndTheAnswerIsTheReceipt() {
    try (RawClient alice = clients.welcomed("alice")) {
      JsonObject receipt =
          ok("POST", "rooms/lobby/messages", "{\"text\":\" \u00fcber \",\"as\":\"Build\"}");
      JsonObject event = alice.nextJson("chat_message");
      assertEquals("\u00fcber", event.get("text").getAsString());
      assertEquals("Build", event.get("username").getAsString());
      assertEquals("/server", event.get("user_id").getAsString());
      assertTrue(event.get("server").getAsBoolean());
      for (String field : List.of("room", "seq", "epoch", "message_id")) {
        assertEquals(event.get(field), receipt.get(field));
      }
      assertFalse(receipt.get("duplicate").getAsBoolean());
    }
  }

  @Test
  void defaultRoomExistsBeforeAnyoneConnects() {
    assertEquals(1, ok("POST", "rooms/lobby/messages", "{\"text\":\"x\"}").get("seq").getAsInt());
    try (RawClient alice = clients.connect("alice")) {
      assertEquals(1, alice.nextJson("welcome").get("seq").getAsInt());
      JsonArray messages = ok("GET", "rooms/lobby/messages", "").getAsJsonArray("messages");
      assertEquals("ci", messages.get(0).getAsJsonObject().get("username").getAsString());
    }
  }

  @Test
  void retryIsStoredOnce() {
    String body = "{\"text\":\"x\",\"id\":\"7\"}";
    JsonObject first = ok("POST", "rooms/lobby/messages", body);
    JsonObject retry = ok("POST", "rooms/lobby/messages", body);
    assertTrue(retry.get("duplicate").getAsBoolean());
    assertEquals(first.get("message_id"), retry.get("message_id"));
    assertProblem(
        400,
        "VALIDATION_FAILED",
        ask("POST", "rooms/lobby/messages", "{\"text\":\"y\",\"id\":\"7\"}"));
    assertEquals(200, ask("POST", "rooms/lobby/messages", PUBLISH, body).status());
    assertEquals(
        2, ok("GET", "rooms/lobby/messages", "").getAsJsonArray("messages").size(), "one per key");
  }

  @Test
  void userReceivesMessage() {
    try (RawClient alice = clients.welcomed("al ice")) {
      JsonObject sent = ok("POST", "users/al%20ice/messages", "{\"text\":\"psst\"}");
      assertEquals(1, sent.get("connections").getAsInt());
      JsonObject event = alice.nextJson("private_message");
      assertEquals("psst", event.get("text").getAsString());
      assertTrue(event.get("server").getAsBoolean());
      assertEquals(1, event.get("seq").getAsLong());
      assertEquals(sent.get("message_id"), event.get("message_id"));
      assertProblem(
          404, "USER_NOT_FOUND", ask("POST", "users/bob/messages", "{\"text\":\"psst\"}"));
    }
  }

  @Test
  void messageToAUserWhoIsAwayIsStoredOnce() {
    clients.welcomed("alice").close();
    String body = "{\"text\":\"later\",\"id\":\"7\"}";
    JsonObject first = ok("POST", "users/alice/messages", body);
    assertFalse(first.get("duplicate").getAsBoolean());
    JsonObject retry = ok("POST", "users/alice/messages", body);
    assertTrue(retry.get("duplicate").getAsBoolean());
    assertEquals(first.get("message_id"), retry.get("message_id"));
    assertProblem(
        400,
        "VALIDATION_FAILED",
        ask("POST", "users/alice/messages", "{\"text\":\"other\",\"id\":\"7\"}"));
    try (RawClient alice = clients.welcomed("alice")) {
      alice.send("{\"type\":\"get_inbox\"}");
      assertEquals(1, alice.nextJson("inbox").getAsJsonArray("messages").size());
    }
  }

  @Test
  void batchAnswersEachMessage() {
    JsonArray results =
        ok(
                "POST",
                "batch",
                """
                {"messages":[{"room":"lobby","text":"1"},{"room":"none","text":"2"},
                 {"user":"nobody","text":"3"},{"room":"lobby"},{"room":"lobby","text":"5"}]}
                """)
            .getAsJsonArray("results");
    assertEquals(5, results.size());
    assertEquals(1, results.get(0).getAsJsonObject().get("seq").getAsInt());
    assertEquals(404, results.get(1).getAsJsonObject().get("status").getAsInt());
    assertEquals(404, results.get(2).getAsJsonObject().get("status").getAsInt());
    assertEquals(400, results.get(3).getAsJsonObject().get("status").getAsInt());
    assertEquals(2, results.get(4).getAsJsonObject().get("seq").getAsInt());
    for (String bad :
        List.of("{}", "{\"messages\":[]}", "{\"messages\":[1]}", "{\"messages\":1}")) {
      assertEquals(400, ask("POST", "batch", bad).status(), bad);
    }
  }

  @Test
  void roomsAreCreatedListedAndDeleted() {
    assertEquals(201, ask("PUT", "rooms/h%C3%A4", "{\"is_public\":false}").status());
    assertEquals(200, ask("PUT", "rooms/h%C3%A4", "{\"is_public\":false}").status());
    assertProblem(409, "ROOM_EXISTS", ask("PUT", "rooms/h%C3%A4", ""));
    JsonObject room = ok("GET", "rooms", "").getAsJsonArray("rooms").get(0).getAsJsonObject();
    assertEquals("h\u00e4", room.get("name").getAsString());
    assertEquals("system", room.get("created_by").getAsString());
    RawHttp.Response deleted = ask("DELETE", "rooms/h%C3%A4", "");
    assertEquals(204, deleted.status());
    assertEquals("", deleted.body());
    assertProblem(404, "ROOM_NOT_FOUND", ask("DELETE", "rooms/h%C3%A4", ""));
    assertProblem(404, "ROOM_NOT_FOUND", ask("GET", "rooms/h%C3%A4/members", ""));
    assertProblem(404, "ROOM_NOT_FOUND", ask("GET", "rooms/h%C3%A4/messages", ""));
    assertProblem(404, "ROOM_NOT_FOUND", ask("DELETE", "rooms/h%C3%A4/members/bob", ""));
  }

  @Test
  void operatorSeesRemovesAndDisconnects() {
    try (RawClient troll = clients.welcomed("troll");
        RawClient alice = clients.welcomed("alice")) {
      assertEquals(2, ok("GET", "rooms/lobby/members", "").getAsJsonArray("users").size());
      assertProblem(409, "NOT_ALLOWED", ask("DELETE", "rooms/lobby", ""));
      JsonObject status = ok("GET", "users/troll", "");
      assertEquals("online", status.get("status").getAsString());
      JsonObject removed = ok("DELETE", "rooms/lobby/members/troll", "");
      assertEquals(1, removed.get("connections").getAsInt());
      assertEquals("troll", alice.nextJson("user_removed").get("username").getAsString());
      troll.nextJson("user_removed");
      assertProblem(404, "USER_NOT_FOUND", ask("DELETE", "rooms/lobby/members/troll", ""));
      assertEquals(1, ok("DELETE", "users/troll/connections", "").get("connections").getAsInt());
      assertEquals(4411, troll.awaitClose().code());
      Await.until(
          "offline",
          () -> ok("GET", "users/troll", "").get("status").getAsString().equals("offline"));
      assertEquals(0, ok("DELETE", "users/troll/connections", "").get("connections").getAsInt());
    }
  }

  @Test
  void historyIsReadInParts() {
    for (int i = 1; i <= 5; i++) {
      ok("POST", "rooms/lobby/messages", "{\"text\":\"" + i + "\"}");
    }
    JsonObject newest = ok("GET", "rooms/lobby/messages?limit=2", "");
    assertEquals(2, newest.getAsJsonArray("messages").size());
    assertEquals(5, newest.get("seq").getAsInt());
    assertTrue(newest.get("more").getAsBoolean());
    JsonObject older = ok("GET", "rooms/lobby/messages?before=4&limit=1000", "");
    assertEquals(3, older.getAsJsonArray("messages").size());
    assertFalse(older.has("more"));
    for (String bad : List.of("limit=0", "limit=1001", "limit=x", "before=0", "before=-1")) {
      assertProblem(400, "VALIDATION_FAILED", ask("GET", "rooms/lobby/messages?" + bad, ""));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          INVALID_JSON           | not json
          INVALID_JSON           | {"text":"x"
          INVALID_JSON           | {"text":"x"} {}
          INVALID_MESSAGE_FORMAT | ["x"]
          INVALID_MESSAGE_FORMAT | {"text":1}
          INVALID_MESSAGE_FORMAT | {"text":"\\ud800"}
          INVALID_MESSAGE_FORMAT | {"text":"x","id":7}
          VALIDATION_FAILED      | {}
          VALIDATION_FAILED      | {"text":"  "}
          VALIDATION_FAILED      | {"text":"x","id":""}
          VALIDATION_FAILED      | {"text":"x","as":"a/b"}
          VALIDATION_FAILED      | {"text":"x","as":""}
          """)
  void malformedMessageIsRefusedAndNotStored(String code, String body) {
    assertProblem(400, code, ask("POST", "rooms/lobby/messages", body));
    assertEquals(0, ok("GET", "rooms/lobby/messages", "").getAsJsonArray("messages").size());
  }

  @Test
  void keyIsNeededAndHasItsScopesOnly() {
    for (String key : List.of("x", "", ALL + "x", ALL.substring(1), "ci:" + ALL)) {
      RawHttp.Response answer = ask("GET", "rooms", key, "");
      assertProblem(401, "NOT_ALLOWED", answer);
      assertTrue(answer.head().contains("\r\nWWW-Authenticate: Bearer"), answer.head());
    }
    String message = "{\"text\":\"x\"}";
    assertEquals(200, ask("GET", "rooms", OLD, "").status());
    assertEquals(200, ask("GET", "rooms", READ, "").status());
    assertEquals(200, ask("POST", "rooms/lobby/messages", PUBLISH, message).status());
    assertProblem(403, "NOT_ALLOWED", ask("POST", "rooms/lobby/messages", READ, message));
    assertProblem(403, "NOT_ALLOWED", ask("GET", "rooms", PUBLISH, ""));
    assertProblem(403, "NOT_ALLOWED", ask("PUT", "rooms/den", PUBLISH, ""));
    assertProblem(403, "NOT_ALLOWED", ask("DELETE", "users/alice/connections", READ, ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://evil.example", "null", "http://y", "x"})
  void foreignPageIsRefused(String origin) {
    http.send(
        request("GET", "rooms", ALL, "")
            .replace("Host: x\r\n", "Host: x\r\nOrigin: " + origin + "\r\n"));
    assertProblem(403, "NOT_ALLOWED", http.next());
    http.send(
        request("GET", "rooms", ALL, "")
            .replace("Host: x\r\n", "Host: x\r\nOrigin: https://admin.example\r\n"));
    assertEquals(200, http.next().status());
  }

  @Test
  void postNeedsItsLength() {
    http.sendLines(
        "POST /api/v1/rooms/lobby/messages HTTP/1.1\nHost: x\nAuthorization: Bearer %s\n\n"
            .formatted(ALL));
    assertProblem(411, "VALIDATION_FAILED", http.next());
  }

  @Test
  void withoutKeysThereIsNoApi() {
    Config without = TestServer.config(Map.of());
    try (TestServer server = start(without);
        RawHttp client = RawHttp.open(server.port())) {
      assertEquals(404, client.send(request("GET", "rooms", ALL, "")).next().status());
    }
  }

  @Test
  void examplesOfThePageAreAnswers() throws IOException {
    String page = Files.readString(Path.of("src", "docs", "api.md"));
    List<JsonObject> examples =
        EXAMPLE
            .matcher(page)
            .results()
            .map(example -> JsonParser.parseString(example.group(1)).getAsJsonObject())
            .toList();
    JsonObject receipt = ok("POST", "rooms/lobby/messages", "{\"text\":\"x\"}");
    assertEquals(examples.getFirst().keySet(), receipt.keySet());
    assertEquals(examples.getLast(), json(ask("GET", "rooms/den/messages", "")));
    assertEquals(2, examples.size());
  }

  @Test
  void rateIsLimitedByKey() {
    Config slow = config.with(ChatSetting.API_RATE_LIMIT, "2");
    try (TestServer server = start(slow);
        RawHttp client = RawHttp.open(server.port())) {
      RawHttp.Response answer = client.send(request("GET", "rooms", ALL, "")).next();
      while (answer.status() == 200) {
        answer = client.send(request("GET", "rooms", ALL, "")).next();
      }
      assertProblem(429, "RATE_LIMIT_EXCEEDED", answer);
      assertTrue(answer.head().contains("\r\nRetry-After: 1"), answer.head());
      assertEquals(200, client.send(request("GET", "rooms", READ, "")).next().status());
    }
  }
}
