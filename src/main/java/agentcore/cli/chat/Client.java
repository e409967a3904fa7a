package agentcore.cli.chat;

import agentcore.cli.common.Backoff;
import agentcore.cli.common.ServerEvent;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Keeps a conversation connected. One thread does all of this in {@link #run}; the other threads
 * only put events on its queue.
 *
 * <p>The sources bound the queue: the input waits after {@link InputReader#MAX_LINES} lines, and a
 * connection adds a frame only after the previous one was handled.
 */
final class Client {
  /** An event that another thread passes to the client's thread. */
  sealed interface Event {
    /** The user entered a line. */
    record Line(String text) implements Event {}

    /** The input has ended. */
    record EndOfInput() implements Event {}

    /** The server sent a frame. */
    record Frame(ServerConnection connection, String text) implements Event {}

    /** A connection was closed, or could not be opened. */
    record Closed(ServerConnection connection, CloseReason reason) implements Event {}
  }

  private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(20);
  private static final long REPLY_TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(15);
  private static final long STABLE_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

  private final ChatOptions options;
  private final ChatOptions.Mode mode;
  private final Conversation conversation;
  private final Backoff backoff = new Backoff(RandomGenerator.getDefault());
  private final BlockingQueue<Event> events;
  private final HttpClient http = HttpClient.newHttpClient();
  private final long patienceNanos;
  private ServerConnection connection = ServerConnection.NONE;
  private long connectAtNanos = System.nanoTime();
  private long connectedNanos = System.nanoTime();
  private long lostNanos = System.nanoTime();
  private boolean isPinged;

  /**
   * Creates a client.
   *
   * @param patience how long a script may be without a connection before the client gives up
   */
  Client(
      ChatOptions options,
      ChatOptions.Mode mode,
      Conversation conversation,
      BlockingQueue<Event> events,
      Duration patience) {
    this.options = options;
    this.mode = mode;
    this.conversation = conversation;
    this.events = events;
    this.patienceNanos = patience.toNanos();
  }

  /** Runs until the chat ends, and returns the exit code. */
  int run() throws InterruptedException {
    while (true) {
      act(System.nanoTime());
      OptionalInt exitCode = conversation.exitCode();
      if (exitCode.isPresent()) {
        connection.close(CLOSE_TIMEOUT);
        return exitCode.getAsInt();
      }
      Event event = events.poll(TICK_NANOS, TimeUnit.NANOSECONDS);
      if (event != null) {
        handle(event);
      }
    }
  }

  private void act(long nowNanos) {
    if (connection != ServerConnection.NONE) {
      checkAlive(nowNanos);
      conversation.next(nowNanos).ifPresent(request -> connection.send(request.text()));
    } else if (nowNanos - connectAtNanos >= 0) {
      connectedNanos = nowNanos;
      isPinged = false;
      var uri =
          options.address().uri(options.user(), conversation.resume(), conversation.resumeInbox());
      connection = ServerConnection.open(http, uri, options.token(), events);
    }
  }

  private void handle(Event event) {
    switch (event) {
      case Event.Line line -> conversation.enter(line.text());
      case Event.EndOfInput end -> conversation.endInput();
      case Event.Frame frame when frame.connection() == connection -> {
        receive(frame.text());
        connection.readNext();
      }
      case Event.Closed closed when closed.connection() == connection -> closed(closed.reason());
      case Event.Frame late -> {}
      case Event.Closed late -> {}
    }
  }

  /** Passes events on from {@code welcome}, the first one of a connection. */
  private void receive(String text) {
    ServerEvent.parse(text)
        .filter(event -> conversation.isConnected() || event.type().equals("welcome"))
        .ifPresent(event -> conversation.receive(event, System.nanoTime()));
  }

  private void closed(CloseReason reason) {
    long now = System.nanoTime();
    connection = ServerConnection.NONE;
    if (conversation.isConnected()) {
      lostNanos = now;
      if (now - connectedNanos > STABLE_NANOS) {
        backoff.reset();
      }
    }
    if (isFinal(reason) || (mode != ChatOptions.Mode.CONSOLE && now - lostNanos > patienceNanos)) {
      conversation.fail("cannot chat at " + options.address() + ": " + reason.text());
    } else {
      conversation.disconnected(reason.text(), now);
      boolean later = reason.next() == CloseReason.Next.RECONNECT_LATER;
      connectAtNanos = now + backoff.next(later).toNanos();
    }
  }

  private boolean isFinal(CloseReason reason) {
    return switch (reason.next()) {
      case RECONNECT, RECONNECT_LATER -> false;
      case RECONNECT_IF_IT_WORKED -> !conversation.wasEverConnected();
      case GIVE_UP -> true;
    };
  }

  /** A dead network reports nothing: without a reply or any other sign of life, close. */
  private void checkAlive(long nowNanos) {
    long silentNanos = nowNanos - Math.max(connection.lastReadNanos(), connectedNanos);
    Optional<Long> waitingNanos = conversation.requestSentNanos().map(sent -> nowNanos - sent);
    if (silentNanos > 2 * SILENCE_NANOS
        || waitingNanos.filter(waiting -> waiting > REPLY_TIMEOUT_NANOS).isPresent()) {
      connection.abort(CloseReason.lost("the server does not respond"));
    } else if (silentNanos <= SILENCE_NANOS) {
      isPinged = false;
    } else if (!isPinged) {
      isPinged = true;
      connection.ping();
    }
  }
}
