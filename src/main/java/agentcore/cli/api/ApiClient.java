package agentcore.cli.api;

import agentcore.cli.common.Backoff;
import agentcore.cli.common.Printable;
import agentcore.client.ChatEvent;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLException;

/** Sends requests to the API of a server, and repeats them where that is harmless and helps. */
final class ApiClient {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  /** More than the server needs to find out that its store does not answer. */
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(10);

  private static final Duration DEFAULT_PAUSE = Duration.ofSeconds(1);
  private static final int OK = 200;
  private static final int NO_CONTENT = 204;
  private static final int UNAUTHORIZED = 401;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int UNAVAILABLE = 503;

  private final ApiAccess access;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1) // else it offers HTTP/2, and closes the connection
          .connectTimeout(CONNECT_TIMEOUT)
          .build();

  /** What to do if there is no answer, or one that says to try again. */
  enum Repeat {
    /** Wait if the server has refused the request because there were too many. */
    IF_REFUSED,
    /** Try again as well if it is unknown whether the request was carried out. */
    ALWAYS
  }

  /** Says that an attempt failed and another one may succeed. */
  private static final class TryAgainException extends Exception {
    private static final long serialVersionUID = 1L;

    final ApiException reason;
    final transient Optional<Duration> pause;

    TryAgainException(String sentence, Optional<Duration> pause) {
      this.reason = new ApiException(sentence);
      this.pause = pause;
    }
  }

  ApiClient(ApiAccess access) {
    this.access = access;
  }

  /** Percent-encodes a name for a path (RFC 3986 section 2.1). */
  static String encode(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /**
   * Sends a request, and returns the answer; one without a field if it has no content.
   *
   * @param path below {@code /api/v1/}
   * @param patience how long to try
   * @throws ApiException if the request was refused, or not answered in time
   */
  ChatEvent send(
      String method, String path, Optional<JsonObject> body, Repeat repeat, Duration patience)
      throws ApiException, InterruptedException {
    HttpRequest request = request(method, path, body);
    Backoff backoff = new Backoff(RandomGenerator.getDefault());
    long startNanos = System.nanoTime();
    while (true) {
      try {
        return attempt(request, repeat);
      } catch (TryAgainException failure) {
        Duration pause = failure.pause.orElseGet(backoff::next);
        Duration passed = Duration.ofNanos(System.nanoTime() - startNanos);
        if (passed.plus(pause).compareTo(patience) > 0) {
          throw failure.reason;
        }
        await(pause);
      }
    }
  }

  private static void await(Duration pause) throws InterruptedException {
    long startNanos = System.nanoTime();
    while (System.nanoTime() - startNanos < pause.toNanos()) {
      LockSupport.parkNanos(startNanos + pause.toNanos() - System.nanoTime());
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
    }
  }

  private HttpRequest request(String method, String path, Optional<JsonObject> body) {
    return HttpRequest.newBuilder(URI.create(access.base() + "/api/v1/" + path))
        .timeout(ANSWER_TIMEOUT)
        .header("Authorization", "Bearer " + access.secret())
        .method(
            method,
            body.map(json -> BodyPublishers.ofString(json.toString()))
                .orElseGet(BodyPublishers::noBody))
        .build();
  }

  private ChatEvent attempt(HttpRequest request, Repeat repeat)
      throws ApiException, InterruptedException, TryAgainException {
    try {
      return answer(http.send(request, BodyHandlers.ofString()), repeat);
    } catch (SSLException e) {
      throw new ApiException("no secure connection to " + access + ": " + e.getMessage());
    } catch (IOException e) {
      String sentence = "no answer from " + access + ": " + reason(e);
      if (repeat == Repeat.ALWAYS) {
        throw new TryAgainException(sentence, Optional.empty());
      }
      throw new ApiException(sentence);
    }
  }

  private static String reason(IOException failure) {
    return switch (failure) {
      case HttpTimeoutException late -> "it does not respond in time";
      case ConnectException refused -> "the host does not exist, or no server listens there";
      default -> "the connection was lost";
    };
  }

  private ChatEvent answer(HttpResponse<String> answer, Repeat repeat)
      throws ApiException, TryAgainException {
    int status = answer.statusCode();
    Optional<ChatEvent> json = ChatEvent.parse(answer.body());
    if (status == NO_CONTENT) {
      return ChatEvent.EMPTY;
    }
    if (status >= OK && status < 300 && json.isPresent()) {
      return json.get();
    }
    String sentence = sentence(status, json);
    if (status == TOO_MANY_REQUESTS) {
      throw new TryAgainException(sentence, Optional.of(pause(answer)));
    }
    if (status == UNAVAILABLE && repeat == Repeat.ALWAYS) {
      throw new TryAgainException(sentence, Optional.empty());
    }
    throw new ApiException(sentence, json.map(problem -> problem.text("error_code")).orElse(""));
  }

  /** Only the API answers with problem details; anything else there is another program. */
  private String sentence(int status, Optional<ChatEvent> json) {
    String detail = json.map(problem -> problem.text("detail")).orElse("");
    if (detail.isEmpty()) {
      return "no API at "
          + access
          + " (HTTP "
          + status
          + "): is API_KEYS set there, and is this the address of the server?";
    }
    return status == UNAUTHORIZED
        ? "the server at " + access + " does not know this key"
        : Printable.line(detail);
  }

  private static Duration pause(HttpResponse<String> answer) {
    return answer
        .headers()
        .firstValue("Retry-After")
        .filter(seconds -> seconds.matches("[0-9]{1,6}"))
        .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
        .orElse(DEFAULT_PAUSE);
  }
}
