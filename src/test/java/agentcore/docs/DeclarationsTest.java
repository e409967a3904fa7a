package agentcore.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.protocol.Description;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/**
 * The TypeScript declarations of the client's frames are those of asyncapi.json, in both
 * directions.
 */
class DeclarationsTest {
  private static final Path FOLDER = Path.of("src", "client", "js");
  private static final Pattern INTERFACE =
      Pattern.compile("(?ms)^export interface (\\w+) \\{\\n(.*?)^\\}$");
  private static final Pattern ALIAS = Pattern.compile("(?s)export type (\\w+) =(.*?);");
  private static final Pattern FIELD = Pattern.compile("(?m)^  (\\w+\\??): (.*);$");
  private static final Pattern REPLY = Pattern.compile("(\\w+): protocol\\.(\\w+);");
  private static final String REQUEST = ".request";
  private static final String SCHEMAS = "#/components/schemas/";
  private static final String MESSAGES = "#/components/messages/";

  private final Map<String, Map<String, String>> declared = new TreeMap<>();
  private final Map<String, String> aliases = new TreeMap<>();

  DeclarationsTest() throws IOException {
    String text = Files.readString(FOLDER.resolve("protocol.d.ts"));
    INTERFACE
        .matcher(text)
        .results()
        .forEach(found -> declared.put(found.group(1), fieldsIn(found.group(2))));
    ALIAS
        .matcher(text)
        .results()
        .forEach(found -> aliases.put(found.group(1), unionOf(found.group(2))));
  }

  private static Map<String, String> fieldsIn(String body) {
    Map<String, String> fields = new LinkedHashMap<>();
    Matcher field = FIELD.matcher(body);
    while (field.find()) {
      fields.put(field.group(1), field.group(2));
    }
    assertEquals(body.lines().filter(line -> !line.isBlank()).count(), fields.size(), body);
    return fields;
  }

  private static String unionOf(String text) {
    return text.strip().replaceAll("^\\| ", "").replaceAll("\\s*\\|\\s*", " | ");
  }

  private static JsonObject payload(String message) {
    return Description.at(MESSAGES + message + "/payload").getAsJsonObject();
  }

  @Test
  void eventsAreThoseOfTheDescription() {
    Map<String, String> names = declared.get("ServerEvents");
    assertEquals(messages(false), new TreeSet<>(names.keySet()));
    names.forEach((type, name) -> assertEquals(fields(payload(type)), declared.get(name), type));
  }

  @Test
  void requestsAreThoseOfTheDescription() {
    Map<String, String> data = declared.get("RequestData");
    assertEquals(messages(true), new TreeSet<>(data.keySet()));
    data.forEach(
        (type, declaration) -> {
          JsonObject fields = payload(type + REQUEST).getAsJsonObject("properties");
          assertEquals(typeOf(fields.getAsJsonObject("data")), declaration, type);
        });
  }

  @Test
  void everyDeclarationIsOfTheDescription() {
    TreeSet<String> expected = new TreeSet<>(List.of("ServerEvents", "RequestData"));
    expected.addAll(declared.get("ServerEvents").values());
    for (Map.Entry<String, JsonElement> schema :
        Description.at("#/components/schemas").getAsJsonObject().entrySet()) {
      JsonObject type = schema.getValue().getAsJsonObject();
      if (isNamed(schema.getKey(), type) && type.has("properties")) {
        expected.add(schema.getKey());
        assertEquals(fields(type), declared.get(schema.getKey()), schema.getKey());
      } else if (isNamed(schema.getKey(), type)) {
        assertEquals(typeOf(type), aliases.get(schema.getKey()));
      }
    }
    assertEquals(expected, declared.keySet());
  }

  @Test
  void everyRequestWithReplyHasTheReplyOfTheDescription() throws IOException {
    String text = Files.readString(FOLDER.resolve("index.d.ts"));
    String body = text.substring(text.indexOf("export interface Replies {"));
    Map<String, String> replies =
        REPLY
            .matcher(body.substring(0, body.indexOf("\n}")))
            .results()
            .collect(Collectors.toMap(found -> found.group(1), found -> found.group(2)));
    TreeSet<String> answered = new TreeSet<>();
    for (String type : messages(true)) {
      JsonArray described =
          Description.at("#/operations/" + type + "/reply/messages").getAsJsonArray();
      List<String> names =
          described.asList().stream()
              .map(each -> each.getAsJsonObject().get("$ref").getAsString())
              .map(each -> each.substring(each.lastIndexOf('/') + 1))
              .filter(each -> !each.equals("error"))
              .map(each -> declared.get("ServerEvents").get(each))
              .toList();
      if (!names.isEmpty()) {
        answered.add(type);
        assertTrue(names.contains(replies.get(type)), type);
      }
    }
    assertEquals(answered, replies.keySet());
  }

  private static Set<String> messages(boolean areRequests) {
    return Description.messages().stream()
        .filter(name -> name.endsWith(REQUEST) == areRequests)
        .map(name -> name.replace(REQUEST, ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean isNamed(String name, JsonObject schema) {
    return schema.has("properties") || schema.has("oneOf") || name.equals("ErrorCode");
  }

  private Map<String, String> fields(JsonObject object) {
    JsonArray required =
        object.has("required") ? object.getAsJsonArray("required") : new JsonArray();
    List<String> names = required.asList().stream().map(JsonElement::getAsString).toList();
    Map<String, String> fields = new LinkedHashMap<>();
    object
        .getAsJsonObject("properties")
        .entrySet()
        .forEach(
            field -> {
              String mark = names.contains(field.getKey()) ? "" : "?";
              fields.put(field.getKey() + mark, typeOf(field.getValue().getAsJsonObject()));
            });
    return fields;
  }

  /** Returns a schema as a type of TypeScript. */
  private String typeOf(JsonObject schema) {
    if (schema.has("$ref")) {
      return referred(schema.get("$ref").getAsString());
    }
    if (schema.has("const")) {
      return literal(schema.get("const"));
    }
    if (schema.has("enum")) {
      return union(schema.getAsJsonArray("enum"));
    }
    if (schema.has("oneOf") && !schema.has("properties")) {
      return StreamSupport.stream(schema.getAsJsonArray("oneOf").spliterator(), false)
          .map(each -> typeOf(each.getAsJsonObject()))
          .collect(Collectors.joining(" | "));
    }
    if (schema.get("type").isJsonArray()) {
      return StreamSupport.stream(schema.getAsJsonArray("type").spliterator(), false)
          .map(JsonElement::getAsString)
          .collect(Collectors.joining(" | "));
    }
    String type = schema.get("type").getAsString();
    return switch (type) {
      case "integer" -> "number";
      case "array" -> typeOf(schema.getAsJsonObject("items")) + "[]";
      case "object" -> inline(fields(schema));
      default -> type;
    };
  }

  private String referred(String reference) {
    if (reference.startsWith(MESSAGES)) {
      String message = reference.substring(MESSAGES.length()).replace("/payload", "");
      return declared.get("ServerEvents").get(message);
    }
    String name = reference.substring(SCHEMAS.length());
    JsonObject schema = Description.at(reference).getAsJsonObject();
    return isNamed(name, schema) ? name : typeOf(schema);
  }

  private static String union(JsonArray values) {
    return values.asList().stream()
        .map(DeclarationsTest::literal)
        .collect(Collectors.joining(" | "));
  }

  private static String literal(JsonElement value) {
    return value.getAsJsonPrimitive().isString()
        ? "'" + value.getAsString() + "'"
        : value.toString();
  }

  private static String inline(Map<String, String> fields) {
    return fields.isEmpty()
        ? "{}"
        : fields.entrySet().stream()
            .map(field -> field.getKey() + ": " + field.getValue())
            .collect(Collectors.joining("; ", "{ ", " }"));
  }
}
