package agentcore.client.requests;

import agentcore.client.connection.Frame;
import agentcore.client.connection.Loop;
import agentcore.client.connection.Loop.Timer;
import com.google.gson.JsonObject;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The unanswered requests of a client.
 *
 * <p>The server answers a connection's requests in order, each exactly once. If several requests
 * have the same id, such as a message for two rooms, a reply belongs to the first of them. A
 * request that timed out therefore keeps its place until its reply has arrived.
 */
public final class Requests {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** The server paces the replies to {@code join_rooms}. */
  private static final Duration TIMEOUT_OF_MANY = Duration.ofSeconds(30);

  /** The reply that completes a request. Earlier replies are only events. */
  private static final Map<String, String> LAST_REPLY =
      Map.ofEntries(
          Map.entry("chat_message", "ack"),
          Map.entry("join_room", "room_info"),
          Map.entry("join_rooms", "rooms_joined"),
          Map.entry("create_room", "room_info"),
          Map.entry("leave_room", "room_left"),
          Map.entry("list_rooms", "rooms_list"),
          Map.entry("get_room_users", "room_users"),
          Map.entry("get_message_history", "message_history"),
          Map.entry("private_message", "private_message_sent"),
          Map.entry("get_inbox", "inbox"),
          Map.entry("resume_inbox", "inbox_resumed"),
          Map.entry("invite_user", "user_invited"),
          Map.entry("remove_user", "user_removed"),
          Map.entry("get_user_status", "user_status"),
          Map.entry("mark_read", "read_marker"),
          Map.entry("block_user", "user_blocked"),
          Map.entry("unblock_user", "user_unblocked"),
          Map.entry("ping", "pong"));

  /** Requests that only read, so their order does not matter. */
  private static final Set<String> READING =
      Set.of(
          "list_rooms",
          "my_rooms",
          "get_room_users",
          "get_message_history",
          "get_inbox",
          "get_user_status",
          "blocked_users");

  /** Requests that the server's rate limit does not count. */
  private static final Set<String> FREE = Set.of("ping", "pong", "typing_start", "typing_stop");

  private final class Request {
    final String type;
    final Supplier<JsonObject> data;
    final String id;
    final BooleanSupplier mayRepeat;
    final long endNanos = loop.nowNanos() + TIMEOUT.toNanos();
    final Reply reply = new Reply(loop);
    Reply attempt = new Reply(loop);
    Timer timer = Timer.NONE;
    boolean isSent;

    Request(String type, Supplier<JsonObject> data, String id, BooleanSupplier mayRepeat) {
      this.type = type;
      this.data = data;
      this.id = id;
      this.mayRepeat = mayRepeat;
    }

    void resolve(Frame frame) {
      settle();
      reply.resolve(frame);
    }

    void reject(Failure failure) {
      settle();
      reply.reject(failure);
      attempt.reject(failure);
    }

    private void settle() {
      timer.cancel();
      all.remove(this);
    }
  }

  private final Loop loop;
  private final Predicate<JsonObject> sender;
  private final Pace pace;
  private final Supplier<Optional<Failure>> refusal;
  private final Set<Request> all = new LinkedHashSet<>();

  /** By id, in the order of sending. */
  private final Map<String, Deque<Request>> sent = new HashMap<>();

  /**
   * Creates the list, which is empty.
   *
   * @param sender returns whether there was a connection to send the frame on
   * @param refusal returns the reason why no request can be sent now, if there is one
   */
  public Requests(
      Loop loop, Predicate<JsonObject> sender, Pace pace, Supplier<Optional<Failure>> refusal) {
    this.loop = loop;
    this.sender = sender;
    this.pace = pace;
    this.refusal = refusal;
  }

  /** Sends a request as soon as the rate limit allows, and repeats it if it only reads. */
  public Reply ask(String type, String id, JsonObject data) {
    return ask(type, id, () -> data, () -> READING.contains(type));
  }

  /**
   * Sends a request as soon as the rate limit allows. If the rate limit refuses the request, it is
   * sent again, provided that there is time left and that its order does not matter.
   *
   * @param data returns the fields when the request is sent
   * @param mayRepeat returns whether the order among later requests does not matter
   */
  public Reply ask(String type, String id, Supplier<JsonObject> data, BooleanSupplier mayRepeat) {
    Optional<Failure> refused = refusal.get();
    if (refused.isPresent()) {
      return Reply.failed(loop, refused.get());
    }
    if (FREE.contains(type)) {
      return send(type, data.get(), id);
    }
    if (pace.pauseNanos() > TIMEOUT.toNanos()) {
      return Reply.failed(loop, Failure.rateLimited(pace.pauseNanos()));
    }
    Request request = request(type, data, id, mayRepeat);
    queue(request);
    return request.reply;
  }

  private void queue(Request request) {
    request.isSent = false;
    pace.run(() -> request.reply.isSettled() ? Optional.empty() : Optional.of(put(request)));
  }

  /** Sends a request now, for callers that have a turn of the pace. */
  public Reply send(String type, JsonObject data) {
    return send(type, data, newId());
  }

  /** Sends a request with an id now, for callers that have a turn of the pace. */
  public Reply send(String type, JsonObject data, String id) {
    Request request = request(type, () -> data, id, () -> false);
    put(request);
    return request.reply;
  }

  private Request request(
      String type, Supplier<JsonObject> data, String id, BooleanSupplier mayRepeat) {
    Request request = new Request(type, data, id, mayRepeat);
    Duration timeout = type.equals("join_rooms") ? TIMEOUT_OF_MANY : TIMEOUT;
    request.timer = loop.after(timeout, () -> request.reject(late(request)));
    all.add(request);
    return request;
  }

  private Failure late(Request request) {
    return !request.isSent && pace.pauseNanos() > 0
        ? Failure.rateLimited(pace.pauseNanos())
        : Failure.retryable("TIMEOUT", "The server did not answer in time");
  }

  /** Sends a request to which the server does not reply. */
  public void signal(String type, JsonObject data) {
    var unused = sender.test(frame(type, data, newId()));
  }

  private static JsonObject frame(String type, JsonObject data, String id) {
    JsonObject frame = new JsonObject();
    frame.addProperty("type", type);
    frame.add("data", data);
    frame.addProperty("id", id);
    return frame;
  }

  /** Sends a request. Returns the reply to this attempt. */
  private Reply put(Request request) {
    Reply attempt = new Reply(loop);
    request.attempt = attempt;
    request.isSent = sender.test(frame(request.type, request.data.get(), request.id));
    if (request.isSent) {
      sent.computeIfAbsent(request.id, id -> new ArrayDeque<>()).add(request);
    } else {
      request.reject(Failure.retryable("NOT_CONNECTED", "Not connected"));
    }
    return attempt;
  }

  /** Handles a frame, which may be the reply to a request. */
  public void receive(Frame frame) {
    Deque<Request> waiting = sent.get(frame.text("id"));
    if (waiting == null) {
      return;
    }
    Request request = waiting.element();
    boolean isError = frame.type().equals("error");
    String last = LAST_REPLY.getOrDefault(request.type, frame.type());
    if (!isError && !last.equals(frame.type())) {
      return;
    }
    waiting.remove();
    if (waiting.isEmpty()) {
      sent.remove(request.id);
    }
    if (isError) {
      failed(request, Failure.of(frame));
    } else {
      request.attempt.resolve(frame);
      request.resolve(frame);
    }
  }

  private void failed(Request request, Failure failure) {
    boolean isRepeated =
        failure.is("RATE_LIMIT_EXCEEDED")
            && !request.reply.isSettled()
            && loop.nowNanos() + failure.retryAfterNanosOr(0) - request.endNanos < 0
            && request.mayRepeat.getAsBoolean();
    request.attempt.reject(failure);
    if (isRepeated) {
      queue(request);
    } else {
      request.reject(failure);
    }
  }

  /** Fails all requests, because the connection has ended. */
  public void failAll(Failure failure) {
    sent.clear();
    List.copyOf(all).forEach(request -> request.reject(failure));
  }

  /** Returns a unique id. */
  public static String newId() {
    return UUID.randomUUID().toString();
  }
}
