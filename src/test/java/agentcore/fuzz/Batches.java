package agentcore.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.RawFrame;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Sends one batch of inputs of one kind. An input is the head of a connection, a stream of frames,
 * or a text message. Each method returns the number of inputs.
 */
final class Batches {
  private static final int CONNECTIONS = 25;
  private static final int CHUNKS = 12;
  private static final int CHUNK = 25;

  private static final Set<Integer> STATUS = Set.of(101, 200, 400, 403, 404, 405, 411, 426, 431);
  private static final Set<Integer> CODES = Set.of(1000, 1001, 1002, 1003, 1007, 1009);

  private final int port;
  private final boolean limited;
  private final List<String> sent = new ArrayList<>();
  private final Map<String, Integer> answers = new TreeMap<>();

  Batches(int port, boolean limited) {
    this.port = port;
    this.limited = limited;
  }

  Map<String, Integer> answers() {
    return answers;
  }

  /** Returns the inputs of the current batch, one per line. */
  @Override
  public String toString() {
    return String.join("\n", sent);
  }

  int randomHeads(Dice dice) {
    sent.clear();
    for (int i = 0; i < CONNECTIONS; i++) {
      head(HeadInputs.random(dice));
    }
    return CONNECTIONS;
  }

  int mutatedHeads(Dice dice) {
    sent.clear();
    for (int i = 0; i < CONNECTIONS; i++) {
      head(HeadInputs.mutated(dice));
    }
    return CONNECTIONS;
  }

  private void head(byte[] input) {
    sent.add(HexFormat.of().formatHex(input));
    try (RawClient client = RawClient.open(port)) {
      client.sendBytes(input);
      client.shutdownOutput();
      if (!HeadInputs.isAnswered(input)) {
        assertEquals("", client.readToEnd());
        return;
      }
      String head = client.readHead();
      assertTrue(head.matches("(?s)HTTP/1\\.1 [0-9]{3} [A-Z].*"), head);
      int status = Integer.parseInt(head.substring(9, 12));
      assertTrue(STATUS.contains(status), head);
      answers.merge("HTTP " + status, 1, Integer::sum);
      if (status == 101) {
        readToClose(client, CODES);
      } else {
        client.readToEnd();
      }
    }
  }

  int streams(Dice dice) {
    sent.clear();
    for (int i = 0; i < CONNECTIONS; i++) {
      FrameInputs.Stream stream = FrameInputs.next(dice);
      sent.add(HexFormat.of().formatHex(stream.bytes()));
      try (RawClient client = RawClient.open(port)) {
        client.sendUpgrade("/ws/fuzz-a");
        client.sendBytes(stream.bytes());
        client.shutdownOutput();
        assertTrue(client.readHead().startsWith("HTTP/1.1 101 "));
        readToClose(client, stream.codes());
      }
    }
    return CONNECTIONS;
  }

  /**
   * Reads to the end: the server sends a close frame with one of the codes, and nothing after it.
   */
  private void readToClose(RawClient client, Set<Integer> codes) {
    Optional<RawFrame> frame = client.nextFrame(Await.DEADLINE);
    while (frame.isPresent() && frame.get().opcode() != RawFrame.CLOSE) {
      if (frame.get().opcode() == RawFrame.TEXT) {
        count(ReplyRules.check(frame.get().text()));
      }
      frame = client.nextFrame(Await.DEADLINE);
    }
    assertTrue(frame.isPresent(), "no close frame");
    assertTrue(codes.contains(frame.get().closeCode()), "closed with " + frame.get());
    answers.merge("close " + frame.get().closeCode(), 1, Integer::sum);
    assertTrue(client.nextFrame(Await.DEADLINE).isEmpty(), "a frame after the close frame");
  }

  /** Each text has exactly one reply; the error INVALID_JSON if and only if it is not JSON. */
  int texts(Dice dice) {
    sent.clear();
    try (Talk talk = new Talk(port, "fuzz-a", limited)) {
      for (int chunk = 0; chunk < CHUNKS; chunk++) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < CHUNK; i++) {
          texts.add(JsonInputs.next(dice));
        }
        sent.addAll(texts);
        List<JsonObject> replies =
            exchange(talk, texts).stream()
                .filter(frame -> Set.of("error", "user_status").contains(type(frame)))
                .toList();
        assertEquals(texts.size(), replies.size(), "replies");
        for (int i = 0; i < texts.size(); i++) {
          boolean isJson = !code(replies.get(i)).equals("INVALID_JSON");
          assertEquals(JsonGrammar.isJson(texts.get(i)), isJson, texts.get(i));
        }
      }
      talk.closeNormally();
    }
    return CHUNKS * CHUNK;
  }

  /** Three connections of two users take turns, so that they meet in rooms. */
  int requests(Dice dice) {
    sent.clear();
    int inputs = 0;
    try (Talk one = new Talk(port, "fuzz-a", limited);
        Talk two = new Talk(port, "fuzz-a", limited);
        Talk three = new Talk(port, "fuzz-b", limited)) {
      List<String> people =
          List.of("fuzz-a", "fuzz-b", Healthy.USER, "nobody", two.channel(), three.channel());
      RequestInputs requests = new RequestInputs(dice, people, limited);
      List<Talk> talks = List.of(one, two, three);
      for (int chunk = 0; chunk < CHUNKS; chunk++) {
        Talk talk = talks.get(chunk % talks.size());
        if (!talk.hasEnded()) {
          inputs += requests(talk, requests);
        }
      }
      talks.forEach(Talk::closeNormally);
    }
    return inputs;
  }

  private int requests(Talk talk, RequestInputs inputs) {
    List<RequestInputs.Request> requests = new ArrayList<>();
    for (int i = 0; i < CHUNK; i++) {
      requests.add(inputs.next());
    }
    List<String> texts = requests.stream().map(RequestInputs.Request::text).toList();
    texts.forEach(text -> sent.add(talk.channel() + " > " + text));
    List<JsonObject> frames = exchange(talk, texts);
    if (!talk.hasEnded()) {
      assertAnsweredInOrder(requests, frames);
    }
    return CHUNK;
  }

  private void assertAnsweredInOrder(
      List<RequestInputs.Request> requests, List<JsonObject> frames) {
    Map<String, Integer> positions = new HashMap<>();
    for (int i = 0; i < requests.size(); i++) {
      int position = i;
      requests.get(i).id().ifPresent(id -> positions.put(id, position));
    }
    boolean[] answered = new boolean[requests.size()];
    int last = 0;
    for (JsonObject frame : frames) {
      if (frame.has("id")) {
        Integer position = positions.get(frame.get("id").getAsString());
        assertTrue(
            position != null && position >= last, "out of order, or for no request: " + frame);
        answered[position] = true;
        last = position;
      }
    }
    for (int i = 0; i < answered.length; i++) {
      RequestInputs.Request request = requests.get(i);
      assertTrue(
          answered[i] || request.id().isEmpty() || !request.answered(), "unanswered: " + request);
    }
  }

  private List<JsonObject> exchange(Talk talk, List<String> texts) {
    List<JsonObject> frames = talk.exchange(texts);
    frames.forEach(this::count);
    return frames;
  }

  private void count(JsonObject frame) {
    answers.merge(type(frame) + " " + code(frame), 1, Integer::sum);
  }

  private static String type(JsonObject frame) {
    return frame.get("type").getAsString();
  }

  private static String code(JsonObject frame) {
    return frame.has("error_code") ? frame.get("error_code").getAsString() : "";
  }
}
