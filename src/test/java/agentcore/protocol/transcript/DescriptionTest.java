package agentcore.protocol.transcript;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.AgentCore;
import agentcore.core.Config;
import agentcore.core.message.CloseCode;
import agentcore.core.message.Names;
import agentcore.example.ChatConsumer;
import agentcore.testkit.protocol.Description;
import agentcore.testkit.protocol.ErrorCodes;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

/**
 * The AsyncAPI description matches the server, the protocol page and the transcripts. {@link Play}
 * validates every received frame against it.
 */
class DescriptionTest {
  private static final Path PAGE = Path.of("src", "docs", "protocol.md");
  private static final Pattern CODE = Pattern.compile("`([a-z_]+)`");
  private static final String REQUEST = ".request";

  /**
   * Fields that transcripts do not cover: they take a thousand rooms or members, see {@code
   * ListLimitsTest}; or the server's own program sends them, see {@code ServerContract}.
   */
  private static final Set<String> NOT_COVERED =
      Set.of(
          "rooms_list.more",
          "room_users.more",
          "chat_message.server",
          "private_message.server",
          "room_removal.server");

  private static final Set<String> COMMON_FIELDS = Set.of("type", "timestamp");

  private static Set<String> named(boolean requests) {
    return Description.messages().stream()
        .filter(name -> name.endsWith(REQUEST) == requests)
        .map(name -> name.replace(REQUEST, ""))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static JsonObject payload(String message) {
    return Description.at("#/components/messages/" + message + "/payload").getAsJsonObject();
  }

  private static JsonObject properties(JsonObject schema) {
    return schema.has("properties") ? schema.getAsJsonObject("properties") : new JsonObject();
  }

  @Test
  void namesRequestsErrorsCloseCodesAndVersionOfServer() {
    assertEquals(
        new TreeSet<>(new ChatConsumer(Config.defaults()).handlers().keySet()), named(true));
    assertEquals(
        ErrorCodes.all(),
        Description.at("#/components/schemas/ErrorCode/enum").getAsJsonArray().asList().stream()
            .map(JsonElement::getAsString)
            .collect(Collectors.toSet()));
    assertEquals(
        Stream.concat(
                CloseCode.library().stream(),
                new ChatConsumer(Config.defaults()).closeCodes().stream())
            .filter(code -> !code.equals(CloseCode.ABNORMAL)) // never sent
            .map(code -> "" + code.number())
            .collect(Collectors.toSet()),
        Description.at("#/channels/chat/x-close-codes").getAsJsonObject().keySet());
    assertEquals(AgentCore.version(), Description.at("#/info/version").getAsString());
  }

  /**
   * Returns the table rows of a section whose first cell contains names in code font, by each name.
   */
  private static Map<String, List<String>> rows(String section) throws IOException {
    String page = Files.readString(PAGE);
    String from = page.substring(page.indexOf("\n## " + section + "\n"));
    Map<String, List<String>> rows = new TreeMap<>();
    for (String line : from.substring(0, from.indexOf("\n## ", 1)).lines().toList()) {
      List<String> cells = List.of(line.split("\\|", -1));
      if (line.startsWith("| ")) {
        codes(cells.get(1)).forEach(name -> rows.put(name, cells));
      }
    }
    return rows;
  }

  private static List<String> codes(String cell) {
    return CODE.matcher(cell).results().map(found -> found.group(1)).toList();
  }

  @Test
  void pageListsSameFieldsOfEveryEvent() throws IOException {
    Map<String, Set<String>> described = new TreeMap<>();
    for (String event : named(false)) {
      Set<String> names = new TreeSet<>();
      properties(payload(event)).entrySet().stream()
          .filter(field -> !COMMON_FIELDS.contains(field.getKey()))
          .filter(field -> !field.getKey().equals("id") || event.equals("ack"))
          .forEach(field -> addNames(names, field.getKey(), field.getValue().getAsJsonObject()));
      described.put(event, names);
    }
    Map<String, Set<String>> listed = new TreeMap<>();
    rows("Events").forEach((event, cells) -> listed.put(event, new TreeSet<>(codes(cells.get(2)))));
    assertEquals(listed, described);
  }

  /** Adds a field, its enum values, and the fields of the objects in its list. */
  private static void addNames(Set<String> names, String name, JsonObject schema) {
    names.add(name);
    if (schema.has("enum")) {
      schema.getAsJsonArray("enum").forEach(value -> names.add(value.getAsString()));
    }
    String items = schema.has("items") ? schema.getAsJsonObject("items").toString() : "";
    if (Stream.of("/Room\"", "/Member\"", "/FailedJoin\"").anyMatch(items::contains)) {
      names.addAll(properties(resolved(schema.getAsJsonObject("items"))).keySet());
    }
  }

  private static JsonObject resolved(JsonObject schema) {
    return schema.has("$ref")
        ? Description.at(schema.get("$ref").getAsString()).getAsJsonObject()
        : schema;
  }

  @Test
  void pageListsSameFieldsAndRepliesOfEveryRequest() throws IOException {
    Map<String, List<String>> rows = rows("Requests and replies");
    assertEquals(named(true), rows.keySet());
    rows.forEach(
        (request, cells) -> {
          JsonObject data =
              properties(payload(request + REQUEST)).getAsJsonObject("data").deepCopy();
          assertEquals(
              new TreeSet<>(codes(cells.get(2))), new TreeSet<>(properties(data).keySet()));
          Set<String> replies = new TreeSet<>(codes(cells.get(3)));
          replies.remove("id");
          replies.add("error");
          replies.addAll(
              request.startsWith("join_room")
                  ? Set.of("chat_message")
                  : Set.of()); // missed messages
          assertEquals(replies, described(request, "reply"), request);
        });
  }

  private static Set<String> described(String operation, String part) {
    JsonObject reply = Description.at("#/operations/" + operation + "/" + part).getAsJsonObject();
    return reply.getAsJsonArray("messages").asList().stream()
        .map(message -> message.getAsJsonObject().get("$ref").getAsString())
        .map(reference -> reference.substring(reference.lastIndexOf('/') + 1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void pageListsSameReconnectRules() throws IOException {
    String page = Files.readString(PAGE);
    Description.at("#/channels/chat/x-close-codes")
        .getAsJsonObject()
        .entrySet()
        .forEach(
            code -> {
              boolean reconnects =
                  Pattern.compile("(?m)^\\| " + code.getKey() + " \\|[^|]*\\| yes")
                      .matcher(page)
                      .find();
              JsonObject closeCode = code.getValue().getAsJsonObject();
              assertEquals(reconnects, closeCode.get("reconnect").getAsBoolean(), code.getKey());
            });
  }

  @Test
  void everyDescribedFieldAppearsInTranscript() {
    Set<String> open = new TreeSet<>();
    for (String message : Description.messages()) {
      JsonObject properties = properties(payload(message));
      (message.endsWith(REQUEST) ? properties(properties.getAsJsonObject("data")) : properties)
          .keySet()
          .forEach(field -> open.add(message + "." + field));
    }
    open.removeIf(
        field -> field.endsWith(".timestamp") || field.matches("(room|inbox)_reset\\..*"));
    TranscriptContract.steps()
        .flatMap(Step::received)
        .forEach(frame -> removeFields(open, frame.getAsJsonObject()));
    TranscriptContract.steps()
        .flatMap(step -> sent(step).stream())
        .filter(request -> request.get("data") instanceof JsonObject)
        .forEach(
            request -> {
              String type = request.get("type").getAsString();
              request
                  .getAsJsonObject("data")
                  .keySet()
                  .forEach(field -> open.remove(type + REQUEST + "." + field));
            });
    assertEquals(NOT_COVERED, open);
  }

  private static void removeFields(Set<String> open, JsonObject frame) {
    String type = frame.get("type").getAsString();
    frame.keySet().forEach(field -> open.remove(type + "." + field));
  }

  /** Returns the request that a step sends; empty if it is no request of a known type. */
  private static Optional<JsonObject> sent(Step step) {
    if (!(step instanceof Step.Sends sends)) {
      return Optional.empty();
    }
    try {
      JsonElement json = JsonParser.parseString(sends.text());
      return Optional.of(json)
          .filter(JsonElement::isJsonObject)
          .map(JsonElement::getAsJsonObject)
          .filter(request -> request.get("type") != null)
          .filter(request -> request.get("type").isJsonPrimitive())
          .filter(request -> named(true).contains(request.get("type").getAsString()));
    } catch (JsonParseException notJson) {
      return Optional.empty();
    }
  }

  @Test
  void acceptsDescribedRequestsAndRefusesOthers() {
    List<String> wrong = new ArrayList<>();
    int refused = 0;
    for (Transcript transcript : TranscriptContract.transcripts()) {
      for (int i = 0; i + 1 < transcript.steps().size(); i++) {
        Step step = transcript.steps().get(i);
        Optional<JsonObject> request = sent(step).map(DescriptionTest::trimmed);
        Optional<String> refusal = refusalOfForm(transcript.steps().get(i + 1));
        if (request.isEmpty()) {
          continue;
        }
        boolean hasWrongType =
            refusal.filter(message -> message.matches(".* must be (a|an|true|at) .*")).isPresent();
        Optional<String> fault = Description.faultOfRequest(request.get());
        if (hasWrongType ? fault.isEmpty() : refusal.isEmpty() && fault.isPresent()) {
          wrong.add(step.place() + ": " + request.get() + fault + refusal);
        }
        refused += hasWrongType ? 1 : 0;
      }
    }
    assertEquals(List.of(), wrong);
    assertTrue(refused > 10, refused + "");
  }

  /** Trims string fields as the server does before it checks lengths. */
  private static JsonObject trimmed(JsonObject request) {
    if (request.get("data") instanceof JsonObject data) {
      for (Map.Entry<String, JsonElement> field : data.entrySet()) {
        if (field.getValue().isJsonPrimitive()
            && field.getValue().getAsJsonPrimitive().isString()) {
          data.addProperty(field.getKey(), Names.trim(field.getValue().getAsString()));
        }
      }
    }
    return request;
  }

  /** Returns the error message of a reply that rejects a malformed request. */
  private static Optional<String> refusalOfForm(Step next) {
    return next.received()
        .map(JsonElement::getAsJsonObject)
        .filter(frame -> frame.has("error_code"))
        .filter(
            frame ->
                Set.of("INVALID_MESSAGE_FORMAT", "VALIDATION_FAILED", "INVALID_JSON")
                    .contains(frame.get("error_code").getAsString()))
        .map(frame -> frame.get("message").getAsString())
        .findFirst();
  }
}
