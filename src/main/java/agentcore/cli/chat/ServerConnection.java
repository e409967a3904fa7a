package agentcore.cli.chat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One connection to the server. It puts one received frame at a time on the client's queue, and
 * reads the next after {@link #readNext}. It reports its end exactly once, whatever the cause.
 */
final class ServerConnection implements WebSocket.Listener {
  /** Stands for no connection. */
  static final ServerConnection NONE = new ServerConnection(new ArrayDeque<>());

  static {
    NONE.isOver.set(true);
  }

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final CompletableFuture<?> DONE = CompletableFuture.allOf();
  private static final int MAX_FRAME_CHARS = 16 * 1024 * 1024;

  private final Queue<Client.Event> events;
  private final StringBuilder partial = new StringBuilder();
  private final AtomicBoolean isOver = new AtomicBoolean();
  private final CompletableFuture<WebSocket> socket = new CompletableFuture<>();
  private final CompletableFuture<Boolean> closed = new CompletableFuture<>();
  private CompletableFuture<?> sent = socket;
  private volatile long lastReadNanos = System.nanoTime();

  private ServerConnection(Queue<Client.Event> events) {
    this.events = events;
  }

  /** Starts to connect. */
  static ServerConnection open(
      HttpClient http, URI uri, Optional<String> token, Queue<Client.Event> events) {
    ServerConnection connection = new ServerConnection(events);
    WebSocket.Builder builder = http.newWebSocketBuilder().connectTimeout(CONNECT_TIMEOUT);
    token.ifPresent(t -> builder.header("Authorization", "Bearer " + t));
    watch(builder.buildAsync(uri, connection), connection);
    return connection;
  }

  /** Returns when the server last sent anything, in {@link System#nanoTime()}. */
  long lastReadNanos() {
    return lastReadNanos;
  }

  /** Sends a text, after all texts sent before. */
  void send(String text) {
    sent = sent.thenCompose(before -> socket.join().sendText(text, true));
    watch(sent, this);
  }

  /** Sends a ping, which the server must answer. */
  void ping() {
    watch(socket.thenCompose(open -> open.sendPing(ByteBuffer.allocate(0))), this);
  }

  /** Reads the next frame; to be called when the previous one was handled. */
  void readNext() {
    socket.join().request(1);
  }

  /** Closes the connection at once. */
  void abort(CloseReason reason) {
    end(reason);
    watch(socket.thenAccept(WebSocket::abort), this);
  }

  /** Sends a close frame, and waits up to {@code timeout} for the server's. */
  void close(Duration timeout) {
    if (isOver.compareAndSet(false, true)) {
      watch(socket.thenCompose(ServerConnection::sendClose), this);
      var unused = closed.completeOnTimeout(false, timeout.toNanos(), TimeUnit.NANOSECONDS).join();
    }
    watch(socket.thenAccept(WebSocket::abort), this);
  }

  private static CompletableFuture<WebSocket> sendClose(WebSocket open) {
    open.request(Long.MAX_VALUE);
    return open.sendClose(WebSocket.NORMAL_CLOSURE, "");
  }

  private void end(CloseReason reason) {
    closed.complete(true);
    if (isOver.compareAndSet(false, true)) {
      events.add(new Client.Event.Closed(this, reason));
    }
  }

  private static void watch(CompletableFuture<?> step, ServerConnection connection) {
    var unused =
        step.whenComplete(
            (done, failure) -> {
              if (failure != null) {
                connection.end(CloseReason.ofFailure(failure));
              }
            });
  }

  @Override
  public void onOpen(WebSocket open) {
    lastReadNanos = System.nanoTime();
    socket.complete(open);
    open.request(1);
  }

  @Override
  public CompletionStage<?> onText(WebSocket open, CharSequence data, boolean last) {
    lastReadNanos = System.nanoTime();
    partial.append(data);
    if (partial.length() > MAX_FRAME_CHARS) {
      abort(CloseReason.lost("the server sent a message that is too long"));
    } else if (last && !isOver.get()) {
      events.add(new Client.Event.Frame(this, partial.toString()));
      partial.setLength(0);
    } else {
      open.request(1);
    }
    return DONE;
  }

  @Override
  public CompletionStage<?> onPing(WebSocket open, ByteBuffer message) {
    lastReadNanos = System.nanoTime();
    return WebSocket.Listener.super.onPing(open, message);
  }

  @Override
  public CompletionStage<?> onPong(WebSocket open, ByteBuffer message) {
    lastReadNanos = System.nanoTime();
    return WebSocket.Listener.super.onPong(open, message);
  }

  @Override
  public CompletionStage<?> onClose(WebSocket open, int code, String reason) {
    end(CloseReason.ofClose(code, reason));
    return DONE;
  }

  @Override
  public void onError(WebSocket open, Throwable failure) {
    end(CloseReason.ofFailure(failure));
  }
}
