package agentcore.fuzz;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.AgentCore;
import agentcore.core.http.HttpHandler;
import agentcore.core.http.HttpResponse;
import agentcore.testkit.RawHttp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32;

/**
 * Sends streams of HTTP requests. The answers must be those to the requests that a strict reader
 * sees in the stream, one for each, in their order. Then, at most one error follows, and the
 * connection ends.
 */
final class HttpBatches {
  private static final int STREAMS = 25;
  private static final Set<Integer> REFUSALS = Set.of(400, 408, 411, 413, 417, 431);

  private final int port;
  private final int maxBody;
  private final Map<String, Integer> answers;
  private final List<String> sent = new ArrayList<>();

  /**
   * Creates the batches for a server with {@link #addRoutes}.
   *
   * @param answers counts what the server answers
   */
  HttpBatches(int port, int maxBody, Map<String, Integer> answers) {
    this.port = port;
    this.maxBody = maxBody;
    this.answers = answers;
  }

  /** Adds the routes whose answers tell which request they belong to. */
  static AgentCore addRoutes(AgentCore server) {
    HttpHandler echo = request -> HttpResponse.text(200, echo(request.path(), request.body()));
    return server
        .http("GET", HttpInputs.FOLDER + "{id}", echo)
        .http("POST", HttpInputs.FOLDER + "{id}", echo);
  }

  private static String echo(String path, byte[] body) {
    CRC32 sum = new CRC32();
    sum.update(body);
    return path + ' ' + body.length + ' ' + sum.getValue();
  }

  /** Returns the inputs of the current batch, one per line. */
  @Override
  public String toString() {
    return String.join("\n", sent);
  }

  /** Sends one batch, and returns the number of streams. */
  int streams(Dice dice) {
    sent.clear();
    for (int i = 0; i < STREAMS; i++) {
      byte[] stream = HttpInputs.next(dice);
      sent.add(HexFormat.of().formatHex(stream));
      StrictHttp.Reading reading = StrictHttp.read(stream, maxBody);
      try (RawHttp http = RawHttp.open(port)) {
        send(http, stream, dice);
        for (StrictHttp.Request request : reading.requests()) {
          assertAnswered(http, request);
        }
        assertEnds(http, reading.isBroken());
      }
    }
    return STREAMS;
  }

  /** Sends a stream in parts that have nothing to do with its requests. */
  private static void send(RawHttp http, byte[] stream, Dice dice) {
    int parts = dice.of(1, 1, 2, 5);
    int at = 0;
    for (int part = parts; part > 0; part--) {
      int end = part == 1 ? stream.length : dice.between(at, stream.length);
      http.send(new String(Arrays.copyOfRange(stream, at, end), ISO_8859_1));
      at = end;
    }
    http.shutdownOutput();
  }

  private void assertAnswered(RawHttp http, StrictHttp.Request request) {
    String what = request.method() + ' ' + request.path();
    boolean withBody = !request.method().equals("HEAD");
    RawHttp.Response answer =
        next(http, withBody).orElseThrow(() -> new AssertionError("unanswered: " + what));
    assertEquals(status(request), answer.status(), what + ": " + answer.body());
    assertEquals(request.isLast(), answer.isLast(), what);
    if (answer.status() == 200 && withBody) {
      assertEquals(echo(request.path(), request.body()) + '\n', answer.body());
    }
  }

  private static int status(StrictHttp.Request request) {
    boolean isFound =
        request.path().startsWith(HttpInputs.FOLDER)
            && request.path().indexOf('/', HttpInputs.FOLDER.length()) < 0;
    return switch (request.method()) {
      case "GET", "HEAD", "POST" -> isFound ? 200 : 404;
      case "OPTIONS" -> isFound ? 204 : 404;
      default -> isFound ? 405 : 404;
    };
  }

  private void assertEnds(RawHttp http, boolean mayBeRefused) {
    Optional<RawHttp.Response> refusal = next(http, true);
    if (refusal.isPresent()) {
      assertTrue(mayBeRefused, "an answer to no request: " + refusal.get());
      assertTrue(refusal.get().isLast(), refusal.get()::head);
      assertTrue(REFUSALS.contains(refusal.get().status()), refusal.get()::head);
      assertEquals(Optional.empty(), next(http, true), "after " + refusal.get().head());
    }
  }

  /** Returns the next final answer; empty if the connection ends. */
  private Optional<RawHttp.Response> next(RawHttp http, boolean withBody) {
    Optional<RawHttp.Response> answer = http.tryNext(withBody);
    while (answer.isPresent() && answer.get().status() == 100) {
      answers.merge("HTTP 100", 1, Integer::sum);
      answer = http.tryNext(withBody);
    }
    answer.ifPresent(found -> answers.merge("HTTP " + found.status(), 1, Integer::sum));
    return answer;
  }
}
