package agentcore.protocol.transcript;

import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.SharedStore;
import agentcore.testkit.protocol.Description;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Plays a transcript over real sockets. */
public final class Play implements AutoCloseable {
  private final Target target;
  private final Expectation expectation = new Expectation();
  private final Map<String, RawClient> clients = new HashMap<>();

  /** The channel name of each connected client. */
  private final Map<String, String> channels = new HashMap<>();

  private int connects;
  private int ends;
  private int messages;
  private Step previous = new Step.Silent("", "");

  private Play(Target target) {
    this.target = target;
  }

  /** Plays a transcript on the chat, distributing its connections over the servers in turn. */
  static void run(Transcript transcript, int serverCount, SharedStore.Factory stores) {
    run(transcript, ChatTarget.start(serverCount, transcript.settings(), stores));
  }

  /**
   * Plays a transcript, and closes the target.
   *
   * @throws AssertionError naming the first line that failed, with the expected and the actual
   *     result
   */
  public static void run(Transcript transcript, Target target) {
    try (Play play = new Play(target)) {
      for (Step step : transcript.steps()) {
        play.perform(step);
      }
      play.end(transcript.name());
    }
  }

  /**
   * Waits until earlier events are delivered, so that they do not reach a client that connects now
   * and silence is not checked too early. Requests that one client sends in a row are sent without
   * a pause.
   */
  private void settleBefore(Step step) {
    boolean isInARow =
        step instanceof Step.Sends now
            && previous instanceof Step.Sends before
            && before.who().equals(now.who());
    if (!isInARow && !(step instanceof Step.Receives)) {
      target.settle(progress());
    }
    previous = step;
  }

  private Target.Progress progress() {
    return new Target.Progress(connects, ends, messages);
  }

  private void perform(Step step) {
    try {
      settleBefore(step);
      switch (step) {
        case Step.Connects s -> connect(s);
        case Step.Refused s -> refuse(s);
        case Step.Sends s -> client(s.who()).send(expectation.substitute(s.text()));
        case Step.SendsBytes s -> client(s.who()).sendBytes(s.bytes());
        case Step.Receives s -> receive(s.who(), s.frames());
        case Step.SkipsTo s -> skip(s.who(), s.frame());
        case Step.Asks s -> ask(s.who(), expectation.substitute(s.text()), s.answer());
        case Step.Silent s -> client(s.who()).expectSilence();
        case Step.Closes s -> end(s.who(), client(s.who()).closeNormally(), 1000);
        case Step.Closed s -> end(s.who(), client(s.who()).expectClose(), s.code());
        case Step.Drops s -> drop(s.who());
      }
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError(step.place() + ": " + e.getMessage(), e);
    }
  }

  private RawClient client(String who) {
    return Optional.ofNullable(clients.get(who))
        .orElseThrow(() -> new IllegalArgumentException(who + " is not connected"));
  }

  private void connect(Step.Connects step) {
    if (clients.containsKey(step.who())) {
      throw new IllegalArgumentException(step.who() + " is already connected");
    }
    String path = expectation.substitute(step.path()).replace("\"", "");
    String[] headers = step.headers().toArray(String[]::new);
    int port = target.port(connects++);
    if (step.isPatient()) {
      Await.until("a connect to be admitted", () -> admits(step.who(), port, path, headers));
    } else {
      clients.put(step.who(), RawClient.connect(port, path, headers));
    }
  }

  private boolean admits(String who, int port, String path, String[] headers) {
    try {
      clients.put(who, RawClient.connect(port, path, headers));
      return true;
    } catch (AssertionError refused) {
      return false;
    }
  }

  private void refuse(Step.Refused step) {
    try (RawClient client = RawClient.open(target.port(0))) {
      client.sendUpgrade(step.path(), step.headers().toArray(String[]::new));
      String head = client.readHead();
      String status = "HTTP/1.1 " + step.status() + " ";
      require(head.startsWith(status), "HTTP " + step.status(), head);
    }
  }

  /** Reads the next frame of a client, and counts a message that returns to its sender. */
  private JsonObject next(String who) {
    JsonObject frame = JsonParser.parseString(client(who).nextText()).getAsJsonObject();
    String channel = frame.has("user_id") ? frame.get("user_id").getAsString() : "";
    switch (frame.get("type").getAsString()) {
      case "welcome" -> channels.put(who, channel);
      case "chat_message" -> messages += channel.equals(channels.get(who)) ? 1 : 0;
      default -> {}
    }
    return frame;
  }

  private void receive(String who, List<JsonElement> frames) {
    List<JsonElement> open = new ArrayList<>(frames);
    while (!open.isEmpty()) {
      JsonObject actual = next(who);
      Optional<String> fault =
          target.followsDescription() ? Description.faultOfEvent(actual) : Optional.empty();
      require(
          fault.isEmpty(),
          "a frame that matches the description",
          actual + "\n  which" + fault.orElse(""));
      List<String> differences = new ArrayList<>();
      int before = open.size();
      for (int i = 0; i < open.size() && open.size() == before; i++) {
        Optional<String> difference = expectation.difference(open.get(i), actual);
        difference.ifPresent(differences::add);
        if (difference.isEmpty()) {
          open.remove(i);
        }
      }
      require(
          open.size() < before,
          shown(open),
          actual + "\n  because  " + String.join("\n  and      ", differences));
    }
  }

  private static String shown(List<JsonElement> frames) {
    return String.join("\n  or       ", frames.stream().map(JsonElement::toString).toList());
  }

  private void skip(String who, JsonElement frame) {
    Optional<String> difference;
    do {
      difference = expectation.difference(frame, next(who));
    } while (difference.isPresent());
  }

  private void ask(String who, String text, JsonElement answer) {
    Await.until(
        "the reply " + answer,
        () -> {
          client(who).send(text);
          return expectation.difference(answer, next(who)).isEmpty();
        });
  }

  private void end(String who, RawClient.Closed closed, int code) {
    clients.remove(who);
    require(
        closed.code() == code, "close " + code, "close " + closed.code() + " " + closed.reason());
    ended();
  }

  private void drop(String who) {
    client(who).closeAbruptly();
    clients.remove(who);
    ended();
  }

  /** The servers notice the end of a connection after the client does. */
  private void ended() {
    ends++;
    target.awaitEnds(progress());
  }

  private static void require(boolean holds, String expected, String actual) {
    if (!holds) {
      throw new AssertionError("\n  expected " + expected + "\n  but was  " + actual);
    }
  }

  /** Checks that no client has unread messages. */
  private void end(String name) {
    target.settle(progress());
    clients.forEach(
        (who, client) -> {
          try {
            client.expectSilence();
          } catch (AssertionError e) {
            throw new AssertionError(name + ": at the end, for " + who + ": " + e.getMessage(), e);
          }
        });
  }

  @Override
  public void close() {
    clients.values().forEach(RawClient::close);
    target.close();
  }
}
