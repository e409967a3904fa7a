package agentcore.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.Config;
import agentcore.core.Version;
import agentcore.core.message.CloseCode;
import agentcore.core.message.Names;
import agentcore.example.ChatConsumer;
import agentcore.testkit.Description;
import agentcore.testkit.ErrorCodes;
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
 * The description in AsyncAPI says what the server knows, what the page tells, and what is in the
 * transcripts. That every frame that is played is as described, {@link Play} sees to.
 */
class DescriptionTest {
  private static final Path PAGE = Path.of("src", "docs", "protocol.md");
  private static final Pattern CODE = Pattern.compile("`([a-z_]+)`");
  private static final String REQUEST = ".request";

  /**
   * What takes a thousand rooms or members is in {@link ListLimitsTest}, a loss in LostDataTest.
   */
  private static final Set<String> NOT_PLAYED = Set.of("rooms_list.more", "room_users.more");

  private static final Set<String> IN_ALL = Set.of("type", "timestamp");

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
        CloseCode.library().stream()
            .filter(code -> code != CloseCode.ABNORMAL) // never sent
            .map(code -> "" + code.number())
            .collect(Collectors.toSet()),
        Description.at("#/channels/chat/x-close-codes").getAsJsonObject().keySet());
    assertEquals(Version.text(), Description.at("#/info/version").getAsString());
  }

  /** Each row of a table of the page whose first cell is code, by each name in that cell. */
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
      Set<String> words = new TreeSet<>();
      properties(payload(event)).entrySet().stream()
          .filter(field -> !IN_ALL.contains(field.getKey()))
          .filter(field -> !field.getKey().equals("id") || event.equals("ack"))
          .forEach(field -> addWords(words, field.getKey(), field.getValue().getAsJsonObject()));
      described.put(event, words);
    }
    Map<String, Set<String>> told = new TreeMap<>();
    rows("Events")
        .forEach((event, cells) -> told.put(event, new TreeSet<>(codes(cells.get(2)))));
    assertEquals(told, described);
  }

  /** A field, what it may be, and the fields of what it lists. */
  private static void addWords(Set<String> words, String name, JsonObject schema) {
    words.add(name);
    if (schema.has("enum")) {
      schema.getAsJsonArray("enum").forEach(value -> words.add(value.getAsString()));
    }
    String listed = schema.has("items") ? schema.getAsJsonObject("items").toString() : "";
    if (listed.contains("/Room\"") || listed.contains("/Member\"")) {
      words.addAll(properties(resolved(schema.getAsJsonObject("items"))).keySet());
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
          replies.addAll(request.equals("join_room") ? Set.of("chat_message") : Set.of()); // missed
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
  void pageClientReconnectsAfterSameCloseCodes() throws IOException {
    String page = Files.readString(PAGE);
    Description.at("#/channels/chat/x-close-codes")
        .getAsJsonObject()
        .entrySet()
        .forEach(
            code -> {
              boolean comesBack =
                  Pattern.compile("(?m)^\\| " + code.getKey() + " \\|[^|]*\\| yes")
                      .matcher(page)
                      .find();
              JsonObject ending = code.getValue().getAsJsonObject();
              assertEquals(comesBack, ending.get("reconnect").getAsBoolean(), code.getKey());
            });
  }

  private static Stream<Step> steps() {
    return TranscriptContract.transcripts().stream().flatMap(each -> each.steps().stream());
  }

  private static Stream<JsonElement> received(Step step) {
    return switch (step) {
      case Step.Receives s -> s.frames().stream();
      case Step.Asks s -> Stream.of(s.answer());
      default -> Stream.of();
    };
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
    open.removeIf(field -> field.endsWith(".timestamp") || field.startsWith("room_reset."));
    steps()
        .flatMap(DescriptionTest::received)
        .forEach(frame -> removeFields(open, frame.getAsJsonObject()));
    steps()
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
    assertEquals(NOT_PLAYED, open);
  }

  private static void removeFields(Set<String> open, JsonObject frame) {
    String type = frame.get("type").getAsString();
    frame.keySet().forEach(field -> open.remove(type + "." + field));
  }

  /** Returns a request of a known type; nothing where it is none. */
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
        boolean isOfTheWrongKind =
            refusal.filter(message -> message.matches(".* must be (a|an|true|at) .*")).isPresent();
        Optional<String> fault = Description.faultOfRequest(request.get());
        if (isOfTheWrongKind ? fault.isEmpty() : refusal.isEmpty() && fault.isPresent()) {
          wrong.add(step.place() + ": " + request.get() + fault + refusal);
        }
        refused += isOfTheWrongKind ? 1 : 0;
      }
    }
    assertEquals(List.of(), wrong);
    assertTrue(refused > 10, refused + "");
  }

  /** As the server does it, before it counts. */
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

  /** Returns what a client is told of a request whose form is wrong. */
  private static Optional<String> refusalOfForm(Step next) {
    return received(next)
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
