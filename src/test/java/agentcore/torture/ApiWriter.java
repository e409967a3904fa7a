package agentcore.torture;

import agentcore.testkit.RawHttp;
import agentcore.torture.history.History.Ack;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A program that publishes into one room over the HTTP API, each message with an id. After every
 * failure it sends the same request again, to any server. It causes some failures itself: it cuts
 * the connection before the answer. It also repeats some requests that were answered; they must be
 * answered alike.
 */
final class ApiWriter implements AutoCloseable {
  private static final String KEY = "the secret of the torture's own key";

  /** Settings of servers that it can write to. */
  static final Map<String, String> SETTINGS =
      Map.of("API_KEYS", "torture:" + KEY, "API_RATE_LIMIT", "0");

  /** Longer than a server needs to refuse a request if its store does not answer. */
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);

  private static final int RETRY_MILLIS = 200;
  private static final int CUT_ONE_IN = 20;
  private static final int REPEAT_ONE_IN = 4;
  private static final int MAX_PADDING = 400;

  private final String name;
  private final Ports ports;
  private final String room;
  private final long periodNanos;
  private final Random random;
  private final Queue<String> problems;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Ack> acks = new ArrayList<>();
  private final Thread thread;
  private Optional<RawHttp> connection = Optional.empty();
  private volatile boolean isFinished;
  private volatile boolean isIdle;
  private volatile boolean closed;

  /** A message, and how often it was sent. */
  private static final class Outgoing {
    final String id = UUID.randomUUID().toString();
    final long firstNanos = System.nanoTime();
    final String body;
    int sends;

    Outgoing(Random random) {
      JsonObject fields = new JsonObject();
      fields.addProperty("text", id + " " + "x".repeat(random.nextInt(MAX_PADDING)));
      fields.addProperty("id", id);
      this.body = fields.toString();
    }
  }

  /**
   * Creates a writer.
   *
   * @param perSecond messages per second
   * @param problems collects answers that must not occur
   */
  ApiWriter(
      String name, Ports ports, String room, int perSecond, long seed, Queue<String> problems) {
    this.name = name;
    this.ports = ports;
    this.room = room;
    this.periodNanos = Duration.ofSeconds(1).toNanos() / perSecond;
    this.random = new Random(seed);
    this.problems = problems;
    this.thread = Thread.ofVirtual().name("api-writer-" + name).unstarted(this::run);
  }

  ApiWriter start() {
    thread.start();
    return this;
  }

  private void run() {
    long nextNanos = System.nanoTime();
    while (!closed && !isFinished) {
      Outgoing message = new Outgoing(random);
      send(message);
      if (random.nextInt(REPEAT_ONE_IN) == 0) {
        send(message);
      }
      nextNanos = Math.max(nextNanos + periodNanos, System.nanoTime() - periodNanos);
      while (!closed && !isFinished && nextNanos - System.nanoTime() > 0) {
        LockSupport.parkNanos(nextNanos - System.nanoTime());
      }
    }
    disconnect();
    isIdle = true;
  }

  /** Sends the request until it is answered. */
  private void send(Outgoing message) {
    while (!closed) {
      Optional<RawHttp.Response> answer = attempt(message);
      if (answer.isPresent() && answer.get().status() == 200) {
        acknowledged(message, JsonParser.parseString(answer.get().body()).getAsJsonObject());
        return;
      }
      answer.ifPresent(this::refused);
      LockSupport.parkNanos(random.nextInt(1, RETRY_MILLIS) * 1_000_000L);
    }
  }

  /** Returns the answer; empty if the connection was lost. */
  private Optional<RawHttp.Response> attempt(Outgoing message) {
    try {
      if (connection.isEmpty()) {
        int port = ports.of(random.nextInt(ports.count()));
        connection = Optional.of(RawHttp.open(port, ANSWER_TIMEOUT));
      }
      message.sends++;
      RawHttp http = connection.get().send(request(message.body));
      Optional<RawHttp.Response> answer =
          random.nextInt(CUT_ONE_IN) == 0 ? Optional.empty() : http.tryNext(true);
      if (answer.isEmpty() || answer.get().isLast()) {
        disconnect();
      }
      return answer;
    } catch (UncheckedIOException | AssertionError lost) { // also in the middle of an answer
      disconnect();
      return Optional.empty();
    }
  }

  private String request(String body) {
    return "POST /api/v1/rooms/%s/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n"
            .formatted(room, KEY)
        + "Content-Length: %d\r\n\r\n%s"
            .formatted(body.getBytes(StandardCharsets.UTF_8).length, body);
  }

  private void disconnect() {
    connection.ifPresent(RawHttp::close);
    connection = Optional.empty();
  }

  /** After a loss of data the room may be missing until a server creates it again. */
  private void refused(RawHttp.Response answer) {
    boolean isExpected =
        answer.status() == 503 || answer.body().contains("\"error_code\":\"ROOM_NOT_FOUND\"");
    if (!isExpected) {
      problems.add(name + " received " + answer);
    }
    disconnect(); // another server may do better
  }

  private void acknowledged(Outgoing message, JsonObject receipt) {
    lock.lock();
    try {
      acks.add(
          new Ack(
              name,
              message.id,
              RoomView.position(receipt),
              receipt.get("message_id").getAsString(),
              receipt.get("duplicate").getAsBoolean(),
              message.sends,
              message.firstNanos,
              System.nanoTime()));
    } finally {
      lock.unlock();
    }
  }

  String room() {
    return room;
  }

  /** Returns the receipts so far. */
  List<Ack> acks() {
    lock.lock();
    try {
      return List.copyOf(acks);
    } finally {
      lock.unlock();
    }
  }

  /** Stops adding messages; the current one is still sent. */
  void finish() {
    isFinished = true;
    LockSupport.unpark(thread);
  }

  /** Returns whether it has finished, and every message was answered. */
  boolean isAnswered() {
    return isIdle;
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
