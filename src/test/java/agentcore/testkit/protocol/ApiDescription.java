package agentcore.testkit.protocol;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The OpenAPI description of the HTTP API (src/docs/openapi.json), and its examples. */
public final class ApiDescription {
  private static final JsonSchema WHOLE = JsonSchema.read("openapi.json");
  private static final String DEFAULT = "default";

  private ApiDescription() {}

  /** An operation: a method of a path, which may contain names in braces. */
  public record Operation(String method, String path, JsonObject json) {
    /** Returns the scope that its key needs. */
    public String scope() {
      JsonObject requirement = json.getAsJsonArray("security").get(0).getAsJsonObject();
      return requirement.getAsJsonArray("key").get(0).getAsString();
    }

    private boolean answers(String asked) {
      return Pattern.matches(path.replaceAll("\\{\\w+}", "[^/]+"), asked);
    }

    private Optional<JsonObject> response(int status) {
      JsonObject responses = json.getAsJsonObject("responses");
      return Optional.ofNullable(responses.get("" + status))
          .or(() -> Optional.ofNullable(responses.get(DEFAULT)))
          .map(WHOLE::resolved);
    }

    /** Returns the schema of the request's body; empty if it has none. */
    public Optional<JsonObject> bodySchema() {
      return requestContent().map(content -> content.getAsJsonObject("schema"));
    }

    private Optional<JsonObject> requestContent() {
      return Optional.ofNullable(json.getAsJsonObject("requestBody"))
          .map(body -> body.getAsJsonObject("content").getAsJsonObject("application/json"));
    }

    /** Returns its parameters, in the path and in the query. */
    public List<JsonObject> parameters() {
      return json.has("parameters")
          ? json.getAsJsonArray("parameters").asList().stream().map(WHOLE::resolved).toList()
          : List.of();
    }

    /** Returns the examples of all its answers; an answer without content counts as one. */
    public List<Example> examples() {
      List<Example> examples = new ArrayList<>();
      JsonObject responses = json.getAsJsonObject("responses");
      for (String status : responses.keySet()) {
        JsonObject response = WHOLE.resolved(responses.get(status));
        if (!response.has("content")) {
          examples.add(new Example(this, "", status, Optional.empty()));
          continue;
        }
        for (JsonElement media : response.getAsJsonObject("content").asMap().values()) {
          JsonObject named = media.getAsJsonObject().getAsJsonObject("examples");
          for (String name : named.keySet()) {
            JsonElement value = named.getAsJsonObject(name).get("value");
            examples.add(new Example(this, name, status, Optional.of(value)));
          }
        }
      }
      return examples;
    }

    @Override
    public String toString() {
      return method + ' ' + path;
    }
  }

  /**
   * An example of an answer, with the examples of the request that have its name.
   *
   * @param status a number or {@code default}
   * @param answer empty if the answer has no content
   */
  public record Example(
      Operation operation, String name, String status, Optional<JsonElement> answer) {
    /** Returns the path and the query of the request. */
    public String target() {
      String path = operation.path();
      List<String> query = new ArrayList<>();
      for (JsonObject parameter : operation.parameters()) {
        String key = parameter.get("name").getAsString();
        JsonObject named = parameter.getAsJsonObject("examples");
        if (parameter.get("in").getAsString().equals("path")) {
          String first = named.keySet().iterator().next();
          path = path.replace("{" + key + "}", value(named, named.has(name) ? name : first));
        } else if (named.has(name)) {
          query.add(key + "=" + value(named, name));
        }
      }
      return query.isEmpty() ? path : path + '?' + String.join("&", query);
    }

    private static String value(JsonObject named, String which) {
      String plain = named.getAsJsonObject(which).get("value").getAsString();
      return URLEncoder.encode(plain, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Returns the body of the request: the first one if none has the name; empty if none. */
    public Optional<JsonElement> body() {
      return operation
          .requestContent()
          .map(content -> content.getAsJsonObject("examples"))
          .map(
              named ->
                  named.getAsJsonObject(named.has(name) ? name : named.keySet().iterator().next()))
          .map(example -> example.get("value"));
    }

    @Override
    public String toString() {
      return operation + " " + status + " " + name;
    }
  }

  /** Returns all operations. */
  public static List<Operation> operations() {
    List<Operation> operations = new ArrayList<>();
    for (String path : at("#/paths").getAsJsonObject().keySet()) {
      JsonObject methods = at("#/paths/" + path.replace("/", "~1")).getAsJsonObject();
      for (String method : methods.keySet()) {
        operations.add(
            new Operation(method.toUpperCase(Locale.ROOT), path, methods.getAsJsonObject(method)));
      }
    }
    return operations;
  }

  /** Resolves a reference such as {@code #/info/version}. */
  public static JsonElement at(String reference) {
    return WHOLE.at(reference);
  }

  /** Returns the first violation of a schema of the description, if any. */
  public static Optional<String> fault(JsonElement schema, JsonElement value) {
    return WHOLE.fault(schema, value);
  }

  /** Returns the names of the fields that a schema and the schemas in it describe. */
  public static Set<String> fields(JsonElement schema) {
    return WHOLE.fields(schema);
  }

  /**
   * Returns what is wrong with an answer of the server, if anything is.
   *
   * @param path without the query
   * @param head the status line and the headers
   * @param body JSON, or another type as a JSON string; empty if there is none
   */
  public static Optional<String> faultOfAnswer(
      String method, String path, int status, String head, Optional<JsonElement> body) {
    Optional<Operation> operation =
        operations().stream()
            .filter(each -> each.method().equals(method) && each.answers(path))
            .findFirst();
    if (operation.isEmpty()) {
      return Optional.of("no such operation: " + method + " " + path);
    }
    Optional<JsonObject> response = operation.get().response(status);
    return response.isEmpty()
        ? Optional.of("no such status of " + operation.get() + ": " + status)
        : faultOfHead(response.get(), head).or(() -> faultOfBody(response.get(), head, body));
  }

  private static Optional<String> faultOfHead(JsonObject response, String head) {
    JsonObject headers =
        response.has("headers") ? response.getAsJsonObject("headers") : new JsonObject();
    for (String name : headers.keySet()) {
      JsonObject schema = headers.getAsJsonObject(name).getAsJsonObject("schema");
      Optional<String> value = header(head, name);
      if (value.isEmpty()) {
        return Optional.of("no " + name);
      }
      boolean isNumber = schema.has("type") && schema.get("type").getAsString().equals("integer");
      JsonElement json =
          isNumber ? new JsonPrimitive(Long.valueOf(value.get())) : new JsonPrimitive(value.get());
      Optional<String> fault = fault(schema, json);
      if (fault.isPresent()) {
        return fault;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> header(String head, String name) {
    return head.lines()
        .filter(line -> line.startsWith(name + ": "))
        .map(line -> line.substring(name.length() + 2))
        .findFirst();
  }

  private static Optional<String> faultOfBody(
      JsonObject response, String head, Optional<JsonElement> body) {
    if (!response.has("content")) {
      return body.map(any -> "content where none is described");
    }
    JsonObject content = response.getAsJsonObject("content");
    String type = header(head, "Content-Type").orElse("");
    return content.has(type) && body.isPresent()
        ? fault(content.getAsJsonObject(type).get("schema"), body.get())
        : Optional.of("the type of the content is not described: " + type);
  }
}
