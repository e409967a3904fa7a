package agentcore.protocol.transcript;

import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.SharedStore;
import agentcore.testkit.TestServers;
import agentcore.testkit.protocol.Description;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Plays a transcript over real sockets. */
final class Play implements AutoCloseable {
  private final TestServers servers;
  private final Expectation expectation = new Expectation();
  private final Map<String, RawClient> clients = new HashMap<>();
  private int connects;
  private Step previous = new Step.Silent("", "");

  private Play(TestServers servers) {
    this.servers = servers;
  }

  /**
   * Plays a transcript, distributing its connections over the servers in turn.
   *
   * @throws AssertionError naming the first line that failed, with the expected and the actual
   *     result
   */
  static void run(Transcript transcript, int serverCount, SharedStore.Factory stores) {
    try (Play play = new Play(TestServers.start(serverCount, transcript.settings(), stores))) {
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
      servers.settle();
    }
    previous = step;
  }

  private void perform(Step step) {
    try {
      settleBefore(step);
      switch (step) {
        case Step.Connects s -> connect(s);
        case Step.Refused s -> refuse(s);
        case Step.Sends s -> client(s.who()).send(expectation.substitute(s.text()));
        case Step.SendsBytes s -> client(s.who()).sendBytes(s.bytes());
        case Step.Receives s -> receive(client(s.who()), s.frames());
        case Step.SkipsTo s -> skip(client(s.who()), s.frame());
        case Step.Asks s -> ask(client(s.who()), expectation.substitute(s.text()), s.answer());
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
    int port = servers.get(connects++).port();
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
    try (RawClient client = RawClient.open(servers.get(0).port())) {
      client.sendUpgrade(step.path(), step.headers().toArray(String[]::new));
      String head = client.readHead();
      String status = "HTTP/1.1 " + step.status() + " ";
      require(head.startsWith(status), "HTTP " + step.status(), head);
    }
  }

  private void receive(RawClient client, List<JsonElement> frames) {
    List<JsonElement> open = new ArrayList<>(frames);
    while (!open.isEmpty()) {
      String text = client.nextText();
      JsonElement actual = JsonParser.parseString(text);
      Optional<String> fault = Description.faultOfEvent(actual.getAsJsonObject());
      require(
          fault.isEmpty(),
          "a frame that matches the description",
          text + "\n  which" + fault.orElse(""));
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
          text + "\n  because  " + String.join("\n  and      ", differences));
    }
  }

  private static String shown(List<JsonElement> frames) {
    return String.join("\n  or       ", frames.stream().map(JsonElement::toString).toList());
  }

  private void skip(RawClient client, JsonElement frame) {
    Optional<String> difference;
    do {
      JsonElement actual = JsonParser.parseString(client.nextText());
      difference = expectation.difference(frame, actual);
    } while (difference.isPresent());
  }

  private void ask(RawClient client, String text, JsonElement answer) {
    Await.until(
        "the reply " + answer,
        () -> {
          client.send(text);
          JsonElement actual = JsonParser.parseString(client.nextText());
          return expectation.difference(answer, actual).isEmpty();
        });
  }

  private void end(String who, RawClient.Closed closed, int code) {
    clients.remove(who);
    require(
        closed.code() == code, "close " + code, "close " + closed.code() + " " + closed.reason());
    awaitUnregistered();
  }

  private void drop(String who) {
    client(who).closeAbruptly();
    clients.remove(who);
    awaitUnregistered();
  }

  /**
   * Waits for the servers to unregister the connection, which happens after the client sees the
   * close.
   */
  private void awaitUnregistered() {
    Await.until(
        clients.size() + " registered connections", () -> servers.connections() == clients.size());
  }

  private static void require(boolean holds, String expected, String actual) {
    if (!holds) {
      throw new AssertionError("\n  expected " + expected + "\n  but was  " + actual);
    }
  }

  /** Checks that no client has unread messages. */
  private void end(String name) {
    servers.settle();
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
    servers.close();
  }
}
