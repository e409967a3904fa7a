package agentcore.learn;

import agentcore.protocol.transcript.Step;
import agentcore.protocol.transcript.Transcript;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a step of src/learn claims to do as the product does: a transcript is played up to the first
 * line that is not claimed.
 */
final class Claim {
  private static final Set<String> LOG_FIELDS = Set.of("seq", "epoch", "message_id");

  /** A position to resume from, such as the steps know it. */
  private static final Pattern POSITION = Pattern.compile(".*&since=[0-9]+(&.*)?");

  private static final Set<String> REQUESTS = Set.of("chat_message", "ping");

  private final LearnStep learnStep;
  private final Set<String> sentIds = new HashSet<>();

  private Claim(LearnStep learnStep) {
    this.learnStep = learnStep;
  }

  /** Returns the beginning of a transcript, as far as the step claims it. */
  static Transcript of(LearnStep step, Transcript transcript) {
    Claim claim = new Claim(step);
    List<Step> claimed = new ArrayList<>();
    List<Step> steps = transcript.settings().isEmpty() ? transcript.steps() : List.of();
    for (int i = 0; i < steps.size() && claim.has(steps, i); i++) {
      claimed.add(claim.known(steps.get(i)));
    }
    return new Transcript(transcript.name(), Map.of(), claimed);
  }

  private boolean has(List<Step> steps, int at) {
    return switch (steps.get(at)) {
      case Step.Connects s ->
          s.headers().isEmpty()
              && !s.isPatient()
              && (!s.path().contains("?")
                  || (learnStep.hasLog() && POSITION.matcher(s.path()).matches()));
      case Step.Sends s ->
          hasRequest(steps, at, s) && nextAnswers(steps, at, s.who()).allMatch(Claim::hasAnswer);
      case Step.Receives s -> true;
      case Step.SkipsTo s -> true;
      case Step.Silent s -> true;
      case Step.Closes s -> true;
      case Step.Drops s -> true;
      case Step.Refused s -> false;
      case Step.SendsBytes s -> false;
      case Step.Asks s -> false;
      case Step.Closed s -> false;
    };
  }

  /** Returns whether the step answers a request, or the product does not know it either. */
  private boolean hasRequest(List<Step> steps, int at, Step.Sends step) {
    Optional<JsonObject> request = json(step.text());
    String type = request.map(json -> text(json, "type")).orElse("");
    boolean isNew =
        request
            .filter(json -> type.equals("chat_message") && json.has("id"))
            .map(json -> sentIds.add(step.who() + json.get("id")))
            .orElse(true);
    boolean isTrimmed = !step.text().contains("\\u00a0"); // String.strip does not know this space
    boolean isKnownToNone =
        answers(steps, at, step.who())
            .flatMap(Step::received)
            .map(JsonElement::getAsJsonObject)
            .anyMatch(answer -> text(answer, "message").equals("Unknown message type: " + type));
    return (REQUESTS.contains(type) || isKnownToNone) && (isNew || learnStep.hasLog()) && isTrimmed;
  }

  private static boolean hasAnswer(JsonElement frame) {
    JsonObject answer = frame.getAsJsonObject();
    return !text(answer, "type").equals("error")
        || text(answer, "error_code").equals("UNKNOWN_MESSAGE_TYPE");
  }

  private static Stream<JsonElement> nextAnswers(List<Step> steps, int at, String who) {
    return answers(steps, at, who).limit(1).flatMap(Step::received);
  }

  private static Stream<Step> answers(List<Step> steps, int at, String who) {
    return steps.subList(at, steps.size()).stream()
        .filter(step -> step instanceof Step.Receives s && s.who().equals(who));
  }

  private static Optional<JsonObject> json(String text) {
    try {
      return Optional.of(JsonParser.parseString(text))
          .filter(JsonElement::isJsonObject)
          .map(JsonElement::getAsJsonObject);
    } catch (JsonParseException notJson) {
      return Optional.empty();
    }
  }

  private static String text(JsonObject json, String name) {
    return json.get(name) instanceof JsonPrimitive value ? value.getAsString() : "";
  }

  /** Removes the fields from expected frames that the step does not send. */
  private Step known(Step step) {
    return switch (step) {
      case Step.Receives s ->
          new Step.Receives(s.place(), s.who(), s.frames().stream().map(this::known).toList());
      case Step.SkipsTo s -> new Step.SkipsTo(s.place(), s.who(), known(s.frame()));
      default -> step;
    };
  }

  private JsonElement known(JsonElement frame) {
    JsonObject copy = frame.deepCopy().getAsJsonObject();
    switch (text(copy, "type")) {
      case "welcome" -> copy.remove("message");
      case "error" -> copy.remove("message_type");
      default -> {}
    }
    if (!learnStep.hasLog()) {
      LOG_FIELDS.forEach(copy::remove);
    }
    if (!learnStep.usesRedis()) {
      copy.remove("retryable");
    }
    return copy;
  }
}
