package agentcore.example.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.AgentCore;
import agentcore.core.Config;
import agentcore.core.backend.memory.MemoryBackend;
import agentcore.testkit.TestServer;
import agentcore.testkit.protocol.ApiDescription;
import agentcore.testkit.protocol.ApiDescription.Example;
import agentcore.testkit.protocol.ApiDescription.Operation;
import agentcore.testkit.protocol.Description;
import agentcore.testkit.protocol.ErrorCodes;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The OpenAPI description matches the server and the page about the API. {@link ApiContract}
 * validates every answer against it.
 */
class OpenApiTest {
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\| `([A-Z]+) (/api/v1/[^`]*)` \\| (\\w+) \\|([^|]*)\\|([^|]*)\\|$");

  private static final Pattern CODE = Pattern.compile("`([a-z_]+)`");

  @Test
  void describesTheRoutesOfTheServerWithTheirScopes() {
    Config config = TestServer.config(Map.of("API_KEYS", "ci:" + ApiExamples.ALL));
    AgentCore server = new AgentCore(config, new MemoryBackend(config.backendLimits()));
    Set<String> routes = new TreeSet<>();
    Api.routes(server, config)
        .forEach(each -> routes.add(line(each.method(), each.path(), each.scope().word())));
    Set<String> described = new TreeSet<>();
    ApiDescription.operations()
        .forEach(each -> described.add(line(each.method(), each.path(), each.scope())));
    assertEquals(routes, described);
    server.close();
  }

  private static String line(String method, String path, String scope) {
    return method + ' ' + path + ' ' + scope;
  }

  @Test
  void everyOperationNamesItsScopeInItsDescription() {
    for (Operation operation : ApiDescription.operations()) {
      String description = operation.json().get("description").getAsString();
      assertTrue(description.startsWith("Scope: " + operation.scope() + "."), operation + "");
      assertEquals(operation.scope(), operation.json().getAsJsonArray("tags").get(0).getAsString());
    }
  }

  @Test
  void namesVersionAndErrorCodesOfTheServer() {
    assertEquals(AgentCore.version(), ApiDescription.at("#/info/version").getAsString());
    Set<String> codes =
        ApiDescription.at("#/components/schemas/Problem/properties/error_code/enum")
            .getAsJsonArray()
            .asList()
            .stream()
            .map(JsonElement::getAsString)
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> unknown = new TreeSet<>(codes);
    unknown.removeAll(ErrorCodes.all());
    assertEquals(Set.of(), unknown);
    for (Example example : examples().toList()) {
      example
          .answer()
          .filter(answer -> answer.isJsonObject() && answer.getAsJsonObject().has("error_code"))
          .ifPresent(
              answer ->
                  assertTrue(
                      codes.contains(answer.getAsJsonObject().get("error_code").getAsString())));
    }
  }

  static Stream<Example> examples() {
    return ApiDescription.operations().stream().flatMap(each -> each.examples().stream());
  }

  @ParameterizedTest
  @MethodSource("examples")
  void serverAnswersAsInTheExample(Example example) {
    try (ApiExamples server = new ApiExamples()) {
      server.run(example);
    }
  }

  @Test
  void everyExampleOfARequestHasAnAnswerAndFitsItsSchemaUnlessItIsRefused() {
    for (Operation operation : ApiDescription.operations()) {
      Map<String, String> statuses = new TreeMap<>();
      operation.examples().forEach(each -> statuses.put(each.name(), each.status()));
      Optional<JsonObject> schema = operation.bodySchema();
      if (schema.isPresent()) {
        for (Example example : operation.examples()) {
          boolean isAccepted = example.status().startsWith("2");
          Optional<String> fault = ApiDescription.fault(schema.get(), example.body().orElseThrow());
          assertTrue(!isAccepted || fault.isEmpty(), example + ": " + fault);
        }
        JsonObject bodies =
            operation
                .json()
                .getAsJsonObject("requestBody")
                .getAsJsonObject("content")
                .getAsJsonObject("application/json")
                .getAsJsonObject("examples");
        assertTrue(statuses.keySet().containsAll(bodies.keySet()), operation + ": " + bodies);
      }
      for (JsonObject parameter : operation.parameters()) {
        if (parameter.get("in").getAsString().equals("query")) {
          Set<String> named = parameter.getAsJsonObject("examples").keySet();
          assertTrue(statuses.keySet().containsAll(named), operation + ": " + named);
        }
      }
    }
  }

  @Test
  void everyDescribedFieldIsInAnExample() {
    Set<String> missing = new TreeSet<>();
    Set<String> found = new TreeSet<>();
    examples().forEach(each -> each.answer().ifPresent(answer -> addFields(found, answer)));
    examples().forEach(each -> each.body().ifPresent(body -> addFields(found, body)));
    JsonObject schemas = ApiDescription.at("#/components/schemas").getAsJsonObject();
    for (String name : schemas.keySet()) {
      for (String field : ApiDescription.fields(schemas.get(name))) {
        if (!found.contains(field)) {
          missing.add(name + '.' + field);
        }
      }
    }
    assertEquals(Set.of(), missing);
  }

  private static void addFields(Set<String> names, JsonElement value) {
    if (value instanceof JsonObject object) {
      names.addAll(object.keySet());
      object.asMap().values().forEach(each -> addFields(names, each));
    } else if (value instanceof JsonArray list) {
      list.forEach(each -> addFields(names, each));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "RoomName, 50, GET, rooms/%s/messages, 404",
    "UserName, 64, GET, users/%s, 200",
    "MessageKey, 64, POST, rooms/builds/messages, 200",
    "Author, 64, POST, rooms/builds/messages, 200"
  })
  void lengthsAreThoseOfTheServer(
      String schema, int max, String method, String path, int accepted) {
    try (ApiExamples server = new ApiExamples()) {
      for (int length : List.of(1, max, max + 1)) {
        String value = "x".repeat(length);
        JsonElement rule = ApiDescription.at("#/components/schemas/" + schema);
        boolean fits = ApiDescription.fault(rule, new JsonPrimitive(value)).isEmpty();
        String field = schema.equals("MessageKey") ? "id" : "as";
        String body =
            method.equals("GET") ? "" : "{\"text\":\"x\",\"%s\":\"%s\"}".formatted(field, value);
        int status = server.ask(method, path.formatted(value), body).status();
        assertEquals(fits ? accepted : 400, status, schema + " " + length);
        assertEquals(length <= max, fits);
      }
    }
  }

  @Test
  void sizesOfBatchesAndPartsAreThoseOfTheServer() {
    try (ApiExamples server = new ApiExamples()) {
      String message = "{\"room\":\"builds\",\"text\":\"x\"}";
      int max =
          ApiDescription.at("#/components/schemas/Batch/properties/messages/maxItems").getAsInt();
      for (int size : List.of(max, max + 1)) {
        String batch = "{\"messages\":[%s]}".formatted((message + ",").repeat(size - 1) + message);
        assertEquals(size == max ? 200 : 400, server.ask("POST", "batch", batch).status());
      }
      JsonObject limit =
          ApiDescription.operations().stream()
              .flatMap(each -> each.parameters().stream())
              .filter(each -> each.get("name").getAsString().equals("limit"))
              .findFirst()
              .orElseThrow()
              .getAsJsonObject("schema");
      String path = "rooms/builds/messages";
      int longest = limit.get("maximum").getAsInt();
      assertEquals(200, server.ask("GET", path + "?limit=" + longest, "").status());
      assertEquals(400, server.ask("GET", path + "?limit=" + (longest + 1), "").status());
      int listed = server.json("GET", path, "").getAsJsonArray("messages").size();
      assertEquals(limit.get("default").getAsInt(), listed);
    }
  }

  @Test
  void pageListsSameRoutesWithTheirScopesAndFields() throws IOException {
    String page = Files.readString(Path.of("src", "docs", "api.md"));
    Map<String, Set<String>> listed = new TreeMap<>();
    ROW.matcher(page)
        .results()
        .forEach(
            row -> {
              Set<String> fields = new TreeSet<>();
              CODE.matcher(row.group(4) + row.group(5))
                  .results()
                  .map(code -> code.group(1))
                  .filter(name -> !Description.messages().contains(name))
                  .forEach(fields::add);
              listed.put(line(row.group(1), row.group(2), row.group(3)), fields);
            });
    Map<String, Set<String>> described = new TreeMap<>();
    for (Operation operation : ApiDescription.operations()) {
      described.put(
          line(operation.method(), operation.path(), operation.scope()), fields(operation));
    }
    assertEquals(described, listed);
  }

  /** Returns the query, and the fields of the body and of the answer, but not those in a list. */
  private static Set<String> fields(Operation operation) {
    Set<String> fields = new TreeSet<>();
    operation.bodySchema().ifPresent(schema -> fields.addAll(own(schema)));
    operation.parameters().stream()
        .filter(each -> each.get("in").getAsString().equals("query"))
        .forEach(each -> fields.add(each.get("name").getAsString()));
    JsonObject ok = operation.json().getAsJsonObject("responses").getAsJsonObject("200");
    if (ok != null) {
      JsonObject content = ok.getAsJsonObject("content").getAsJsonObject("application/json");
      fields.addAll(own(content.getAsJsonObject("schema")));
    }
    if (operation.path().endsWith("/batch")) {
      fields.addAll(Set.of("room", "user")); // of the messages in it
    }
    return fields;
  }

  private static Set<String> own(JsonObject schema) {
    return ApiDescription.at(schema.get("$ref").getAsString())
        .getAsJsonObject()
        .getAsJsonObject("properties")
        .keySet();
  }
}
