package agentcore.client.connection;

import agentcore.client.connection.Loop.Timer;
import com.google.gson.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/**
 * Keeps one WebSocket open. After a failure it waits a random time between zero and a limit that
 * doubles (full jitter), so that the clients of a dead server do not reconnect all at once.
 *
 * <pre>
 *   closed --open--> trying --welcomed--> up --end--> waiting --time, hurry--> trying
 *                      \--failure--> waiting          any --close, final code--> closed
 * </pre>
 *
 * <p>An attempt succeeds when the owner calls {@link #welcomed}. There is at most one socket and
 * one timer: for the attempt, the heartbeat or the delay.
 */
public final class Link {
  /** What the link tells its owner. */
  public interface Owner {
    /** Returns the address of the next attempt. */
    URI address();

    /** An attempt begins. */
    void trying();

    /** A frame has arrived. */
    void received(Frame frame);

    /**
     * An attempt has failed, or a connection has ended; {@code retryIn} is empty if it is final.
     */
    void down(int code, String reason, Optional<Duration> retryIn);
  }

  private enum State {
    CLOSED,
    TRYING,
    UP,
    WAITING
  }

  /** Close codes after which a reconnect would fail again. After all others the link reconnects. */
  static final Set<Integer> FINAL_CODES = Set.of(1000, 1003, 1008, 1009, 4401, 4403, 4411);

  /** The close code of a token that is missing, malformed or expired. */
  private static final int BAD_TOKEN = 4401;

  /**
   * Close codes that require a longer delay: a frame was damaged, the server is full, or this user
   * has too many connections.
   */
  private static final Set<Integer> LATER_CODES = Set.of(1002, 1007, 1013, 4409);

  private static final int NO_CLOSE_FRAME = 1006;
  private static final int NO_HEARTBEAT = 4410;
  private static final int NORMAL = 1000;
  private static final int MAX_DOUBLINGS = 16;
  private static final String SILENT = "the server does not respond";

  private final Loop loop;
  private final Transport transport;
  private final Owner owner;
  private final Tokens tokens;
  private final boolean endsIfUnreachable;
  private final Times times;
  private final RandomGenerator random;
  private State state = State.CLOSED;
  private Transport.Socket socket = Transport.Socket.NONE;
  private Timer timer = Timer.NONE;
  private int failures;
  private int attempt;
  private boolean wasEverUp;
  private boolean wasUpSinceBadToken;

  /**
   * Creates a closed link.
   *
   * @param endsIfUnreachable whether the link closes if no WebSocket can be opened at first
   */
  public Link(
      Loop loop,
      Transport transport,
      Owner owner,
      Tokens tokens,
      boolean endsIfUnreachable,
      Times times,
      RandomGenerator random) {
    this.loop = loop;
    this.transport = transport;
    this.owner = owner;
    this.tokens = tokens;
    this.endsIfUnreachable = endsIfUnreachable;
    this.times = times;
    this.random = random;
  }

  /** Opens the link and keeps it open until {@code close}. Does nothing if it is already open. */
  public void open() {
    if (state != State.CLOSED) {
      return;
    }
    failures = 0;
    wasEverUp = false;
    wasUpSinceBadToken = false;
    connect();
  }

  /** Tries again now if the link waits for its next attempt. */
  public void hurry() {
    if (state == State.WAITING) {
      connect();
    }
  }

  /**
   * Closes the link and stops reconnecting. The result completes when the server knows it, or after
   * a second.
   */
  public CompletableFuture<?> close() {
    attempt++;
    become(State.CLOSED);
    return drop(NORMAL);
  }

  /** Sends a frame. Returns whether there was a connection to send it on. */
  public boolean send(JsonObject frame) {
    return socket.send(frame.toString());
  }

  /** Notes that {@code welcome} has arrived, and resets the back-off. */
  public void welcomed() {
    failures = 0;
    wasEverUp = true;
    wasUpSinceBadToken = true;
    become(State.UP);
    listen();
  }

  private void become(State next) {
    timer.cancel();
    state = next;
  }

  private void after(Duration delay, Runnable task) {
    timer.cancel();
    timer = loop.after(delay, task);
  }

  private void connect() {
    int current = ++attempt;
    become(State.TRYING);
    after(times.connect(), () -> lost(SILENT));
    owner.trying();
    if (current != attempt) {
      return;
    }
    var unused =
        tokens
            .next()
            .whenComplete(
                (text, failure) ->
                    loop.execute(
                        () -> {
                          if (current != attempt) {
                            return;
                          }
                          if (failure == null) {
                            dial(text == null ? "" : text, current);
                          } else {
                            down(NO_CLOSE_FRAME, Tokens.describe(failure), false);
                          }
                        }));
  }

  private void dial(String bearer, int current) {
    if (!Tokens.canSend(bearer)) {
      down(BAD_TOKEN, "The token contains a character that cannot be sent", false);
      return;
    }
    Transport.Listener listener =
        new Transport.Listener() {
          @Override
          public void onText(String text) {
            if (current == attempt) {
              receive(text);
            }
          }

          @Override
          public void onFailure(int code, String reason) {
            if (current == attempt) {
              boolean isWrong = !wasEverUp && !LATER_CODES.contains(code);
              down(code, reason, endsIfUnreachable && isWrong);
            }
          }

          @Override
          public void onClose(int code, String reason) {
            if (current == attempt) {
              down(code, reason, false);
            }
          }
        };
    try {
      socket = transport.open(owner.address(), bearer, listener);
    } catch (RuntimeException e) {
      // The address is invalid or forbidden, so the next attempt would fail, too.
      down(NO_CLOSE_FRAME, Tokens.describe(e), !wasEverUp);
    }
  }

  private void receive(String text) {
    Optional<Frame> frame = Frame.parse(text).filter(each -> !each.type().isEmpty());
    if (frame.isEmpty()) {
      lost("the server does not speak the protocol");
      return;
    }
    if (state == State.UP) {
      listen();
    }
    owner.received(frame.get());
  }

  /** Waits for the next frame. After a silence sends a ping, and without an answer gives up. */
  private void listen() {
    after(
        times.silence(),
        () -> {
          JsonObject ping = new JsonObject();
          ping.addProperty("type", "ping");
          send(ping);
          after(times.answer(), () -> lost(SILENT));
        });
  }

  /** Abandons the socket without waiting, because closing a dead connection may take minutes. */
  private void lost(String reason) {
    var unused = drop(NO_HEARTBEAT);
    down(NO_CLOSE_FRAME, reason, false);
  }

  private CompletableFuture<?> drop(int code) {
    Transport.Socket dropped = socket;
    socket = Transport.Socket.NONE;
    return dropped.close(code);
  }

  private void down(int code, String reason, boolean isHopeless) {
    attempt++; // ignore late results of this attempt
    socket = Transport.Socket.NONE;
    boolean isFinal = isHopeless || isFinal(code);
    become(isFinal ? State.CLOSED : State.WAITING);
    Duration first = LATER_CODES.contains(code) ? times.laterBackOff() : times.firstBackOff();
    long doubled = first.toNanos() << Math.min(failures++, MAX_DOUBLINGS);
    long limit = Math.min(times.maxBackOff().toNanos(), doubled);
    Duration retryIn = Duration.ofNanos((long) (random.nextDouble() * limit));
    if (!isFinal) {
      after(retryIn, this::connect);
    }
    owner.down(code, reason, isFinal ? Optional.empty() : Optional.of(retryIn));
  }

  /** A token that worked may have expired, so a new token gets one attempt. */
  private boolean isFinal(int code) {
    if (code != BAD_TOKEN || !tokens.canRenew()) {
      return FINAL_CODES.contains(code);
    }
    boolean isFinal = !wasUpSinceBadToken;
    wasUpSinceBadToken = false;
    return isFinal;
  }
}
