package agentcore.cli.chat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One connection. What comes in is put on a queue, a frame at a time: the next is read when {@link
 * #readOn} is called. It tells of its end once, whatever ended it.
 */
final class Link implements WebSocket.Listener {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final CompletableFuture<?> DONE = CompletableFuture.allOf();
  private static final int MAX_FRAME_CHARS = 16 * 1024 * 1024;

  private final Queue<Happening> happenings;
  private final StringBuilder partial = new StringBuilder();
  private final AtomicBoolean isOver = new AtomicBoolean();
  private final CompletableFuture<WebSocket> socket = new CompletableFuture<>();
  private final CompletableFuture<Boolean> closed = new CompletableFuture<>();
  private CompletableFuture<?> sent = socket;
  private volatile long heardNanos = System.nanoTime();

  private Link(Queue<Happening> happenings) {
    this.happenings = happenings;
  }

  /** Begins to connect. */
  static Link open(HttpClient http, URI uri, Optional<String> token, Queue<Happening> happenings) {
    Link link = new Link(happenings);
    WebSocket.Builder builder = http.newWebSocketBuilder().connectTimeout(CONNECT_TIMEOUT);
    token.ifPresent(t -> builder.header("Authorization", "Bearer " + t));
    watch(builder.buildAsync(uri, link), link);
    return link;
  }

  /** Returns when something was last heard of the server, as {@link System#nanoTime()} counts. */
  long heardNanos() {
    return heardNanos;
  }

  /** Sends a text, after what was sent before. */
  void send(String text) {
    sent = sent.thenCompose(before -> socket.join().sendText(text, true));
    watch(sent, this);
  }

  /** Asks the server for a sign of life. */
  void ping() {
    watch(socket.thenCompose(open -> open.sendPing(ByteBuffer.allocate(0))), this);
  }

  /** Reads the next frame; for whoever has handled the one before. */
  void readOn() {
    socket.join().request(1);
  }

  /** Ends it at once, for this reason. */
  void cut(Ending why) {
    end(why);
    watch(socket.thenAccept(WebSocket::abort), this);
  }

  /** Says goodbye, and waits a moment for the server to do so too. */
  void close(Duration patience) {
    if (isOver.compareAndSet(false, true)) {
      watch(socket.thenCompose(Link::sayGoodbye), this);
      var unused = closed.completeOnTimeout(false, patience.toNanos(), TimeUnit.NANOSECONDS).join();
    }
    watch(socket.thenAccept(WebSocket::abort), this);
  }

  private static CompletableFuture<WebSocket> sayGoodbye(WebSocket open) {
    open.request(Long.MAX_VALUE);
    return open.sendClose(WebSocket.NORMAL_CLOSURE, "");
  }

  private void end(Ending why) {
    closed.complete(true);
    if (isOver.compareAndSet(false, true)) {
      happenings.add(new Happening.Ended(this, why));
    }
  }

  private static void watch(CompletableFuture<?> step, Link link) {
    var unused =
        step.whenComplete(
            (done, failure) -> {
              if (failure != null) {
                link.end(Ending.ofFailure(failure));
              }
            });
  }

  @Override
  public void onOpen(WebSocket open) {
    heardNanos = System.nanoTime();
    socket.complete(open);
    open.request(1);
  }

  @Override
  public CompletionStage<?> onText(WebSocket open, CharSequence data, boolean last) {
    heardNanos = System.nanoTime();
    partial.append(data);
    if (partial.length() > MAX_FRAME_CHARS) {
      cut(Ending.lost("the server sent too much at once"));
    } else if (last && !isOver.get()) {
      happenings.add(new Happening.Frame(this, partial.toString()));
      partial.setLength(0);
    } else {
      open.request(1);
    }
    return DONE;
  }

  @Override
  public CompletionStage<?> onPing(WebSocket open, ByteBuffer message) {
    heardNanos = System.nanoTime();
    return WebSocket.Listener.super.onPing(open, message);
  }

  @Override
  public CompletionStage<?> onPong(WebSocket open, ByteBuffer message) {
    heardNanos = System.nanoTime();
    return WebSocket.Listener.super.onPong(open, message);
  }

  @Override
  public CompletionStage<?> onClose(WebSocket open, int code, String reason) {
    end(Ending.ofClose(code, reason));
    return DONE;
  }

  @Override
  public void onError(WebSocket open, Throwable failure) {
    end(Ending.ofFailure(failure));
  }
}
