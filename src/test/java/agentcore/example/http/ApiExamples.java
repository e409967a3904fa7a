package agentcore.example.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.core.AgentCore;
import agentcore.core.Config;
import agentcore.core.backend.Backend;
import agentcore.core.backend.BackendException;
import agentcore.core.backend.memory.MemoryBackend;
import agentcore.example.ChatConsumer;
import agentcore.example.ChatSetting;
import agentcore.testkit.Await;
import agentcore.testkit.HookedBackend;
import agentcore.testkit.RawClient;
import agentcore.testkit.RawHttp;
import agentcore.testkit.TestServer;
import agentcore.testkit.protocol.ApiDescription;
import agentcore.testkit.protocol.ApiDescription.Example;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A server in the state that the examples of the OpenAPI description assume: the room {@code
 * builds} has two messages, {@code ops} is private, and {@code alice} is in the lobby.
 */
final class ApiExamples implements AutoCloseable {
  static final String ALL = "0123456789abcdef0123456789abcdef";

  private static final Map<String, String> OTHER_SCOPE =
      Map.of(
          "publish", "the secret that may only read also 32",
          "read", "the secret that may only publish 32",
          "manage", "the secret that may only publish 32");

  private static final String KEYS =
      "ci:"
          + ALL
          + ",pub:"
          + OTHER_SCOPE.get("read")
          + ":publish,eye:"
          + OTHER_SCOPE.get("publish")
          + ":read";

  /** Fields that have another value in each run. */
  private static final Set<String> VARYING =
      Set.of("epoch", "message_id", "timestamp", "settings", "samples");

  private final Config config = TestServer.config(Map.of("API_KEYS", KEYS, "API_RATE_LIMIT", "0"));
  private final MemoryBackend store = new MemoryBackend(config.backendLimits());
  private volatile boolean isStoreAway;
  private final TestServer server = start(config);
  private final RawHttp http = RawHttp.open(server.port());
  private final RawClient alice;

  ApiExamples() {
    ask("PUT", "rooms/builds", "");
    ask("PUT", "rooms/ops", "{\"is_public\":false}");
    ask("POST", "rooms/builds/messages", "{\"text\":\"Build 6 is done\"}");
    ask(
        "POST",
        "rooms/builds/messages",
        "{\"text\":\"Build 7 is done\",\"as\":\"Jenkins\",\"id\":\"build-7\"}");
    alice = server.welcomed("alice");
  }

  private TestServer start(Config settings) {
    Backend backend = HookedBackend.of(store, (method, arguments) -> failIfAway());
    AgentCore core =
        new AgentCore(settings, backend).endpoint("/ws/{user_id}", new ChatConsumer(settings));
    return TestServer.start(ChatHttp.addTo(core, settings));
  }

  private void failIfAway() {
    if (isStoreAway) {
      throw new BackendException("the store is away");
    }
  }

  private static String request(String method, String target, String key, String body) {
    String bytes = new String(body.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    return "%s %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(method, target, key, bytes.length(), bytes);
  }

  RawHttp.Response ask(String method, String path, String body) {
    return http.send(request(method, "/api/v1/" + path, ALL, body)).next();
  }

  JsonObject json(String method, String path, String body) {
    return JsonParser.parseString(ask(method, path, body).body()).getAsJsonObject();
  }

  /** Sends the request of an example, and compares its answer. */
  void run(Example example) {
    String method = example.operation().method();
    String key =
        switch (example.name()) {
          case "noKey" -> "x";
          case "otherScope" -> OTHER_SCOPE.get(example.operation().scope());
          default -> ALL;
        };
    String body = example.body().map(JsonElement::toString).orElse("");
    String request = request(method, example.target(), key, body);
    RawHttp.Response answer =
        switch (example.name()) {
          case "otherOrigin" ->
              http.send(request.replace("Host: x\r\n", "Host: x\r\nOrigin: https://y\r\n")).next();
          case "noLength" -> http.send(request.replaceAll("(?s)Content-Length: .*", "\r\n")).next();
          case "largeBody" ->
              http.send(request.replaceAll("(?s)Length: .*", "Length: 1048577\r\n\r\n")).next();
          case "tooManyRequests" -> askUntilRefused(request);
          case "noStore" -> askWithoutStore(request);
          default -> http.send(request).next();
        };
    assertIsAnswer(example, answer);
  }

  private RawHttp.Response askUntilRefused(String request) {
    try (TestServer slow = start(config.with(ChatSetting.API_RATE_LIMIT, "1"));
        RawHttp client = RawHttp.open(slow.port())) {
      RawHttp.Response[] answer = new RawHttp.Response[1];
      Await.until(
          "too many requests",
          () -> {
            answer[0] = client.send(request).next();
            return answer[0].status() == 429;
          });
      return answer[0];
    }
  }

  private RawHttp.Response askWithoutStore(String request) {
    isStoreAway = true;
    try {
      return http.send(request).next();
    } finally {
      isStoreAway = false;
    }
  }

  private static void assertIsAnswer(Example example, RawHttp.Response answer) {
    if (!example.status().equals("default")) {
      assertEquals(example.status(), "" + answer.status(), answer.body());
    }
    boolean isText = answer.head().contains("\r\nContent-Type: text/plain");
    Optional<JsonElement> body =
        Optional.of(answer.body())
            .filter(text -> !text.isEmpty())
            .map(text -> isText ? new JsonPrimitive(text) : JsonParser.parseString(text));
    assertEquals(example.answer().map(ApiExamples::fixed), body.map(ApiExamples::fixed));
    assertEquals(
        Optional.empty(),
        ApiDescription.faultOfAnswer(
            example.operation().method(),
            example.target().split("\\?", 2)[0],
            answer.status(),
            answer.head(),
            body));
  }

  /** Returns a value without what differs from run to run. */
  private static JsonElement fixed(JsonElement value) {
    return switch (value) {
      case JsonObject object -> {
        JsonObject fixed = new JsonObject();
        object.asMap().forEach((name, field) -> fixed.add(name, fixed(name, field)));
        yield fixed;
      }
      case JsonArray list -> {
        JsonArray fixed = new JsonArray();
        list.forEach(each -> fixed.add(fixed(each)));
        yield fixed;
      }
      default -> value;
    };
  }

  private static JsonElement fixed(String name, JsonElement value) {
    boolean isConnection = name.equals("user_id") && !value.getAsString().startsWith("/");
    boolean isTime = name.equals("last_seen") && !value.isJsonNull();
    boolean namesScope = name.equals("detail") && value.getAsString().contains("lacks the scope");
    return VARYING.contains(name) || isConnection || isTime || namesScope
        ? new JsonPrimitive("varies")
        : fixed(value);
  }

  @Override
  public void close() {
    alice.close();
    http.close();
    server.close();
  }
}
