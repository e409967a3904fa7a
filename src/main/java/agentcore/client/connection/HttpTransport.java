package agentcore.client.connection;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * Opens WebSockets with the JDK's HTTP client. A WebSocket reads a frame after the previous one was
 * handled.
 */
public final class HttpTransport implements Transport {
  private static final int NO_CLOSE_FRAME = 1006;
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);
  private static final int MAX_FRAME_CHARS = 16 * 1024 * 1024;

  /** Shorter than the time of an attempt, so that it fails with this reason. */
  private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(9);

  private final Loop loop;
  private final HttpClient http;

  /** Creates a transport; {@code loop} runs what it reports. */
  public HttpTransport(Loop loop, HttpClient http) {
    this.loop = loop;
    this.http = http;
  }

  @Override
  public Socket open(URI address, String token, Listener listener) {
    WebSocket.Builder builder = http.newWebSocketBuilder().connectTimeout(HANDSHAKE_TIMEOUT);
    if (!token.isEmpty()) {
      builder.header("Authorization", "Bearer " + token);
    }
    HttpSocket socket = new HttpSocket(loop, listener);
    socket.watch(builder.buildAsync(address, socket));
    return socket;
  }

  private static final class HttpSocket implements Socket, WebSocket.Listener {
    private static final CompletableFuture<?> DONE = CompletableFuture.allOf();

    private final Loop loop;
    private final Listener listener;
    private final StringBuilder partial = new StringBuilder();
    private final CompletableFuture<WebSocket> open = new CompletableFuture<>();
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
    private CompletableFuture<?> sent = open;
    private boolean isOver;

    HttpSocket(Loop loop, Listener listener) {
      this.loop = loop;
      this.listener = listener;
    }

    @Override
    public boolean send(String text) {
      if (isOver || !open.isDone()) {
        return false;
      }
      sent = sent.thenCompose(before -> open.join().sendText(text, true));
      watch(sent);
      return true;
    }

    @Override
    public CompletableFuture<?> close(int code) {
      isOver = true;
      CompletableFuture<Boolean> closed =
          sent.thenCompose(before -> open.join().sendClose(code, ""))
              .thenCompose(this::awaitEnd)
              .orTimeout(CLOSE_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS)
              .handle((end, failure) -> failure == null);
      var unused = closed.thenAcceptBoth(open, (isClosed, socket) -> socket.abort());
      return closed;
    }

    /** Reads on, until the close frame of the server. */
    private CompletableFuture<Boolean> awaitEnd(WebSocket socket) {
      socket.request(Long.MAX_VALUE);
      return ended;
    }

    private void watch(CompletableFuture<?> step) {
      var unused =
          step.whenComplete(
              (done, failure) -> {
                if (failure != null) {
                  fail(failure);
                }
              });
    }

    private void fail(Throwable failure) {
      if (open.isDone()) {
        end(NO_CLOSE_FRAME, "the connection was lost");
      } else {
        HandshakeFailure reason = HandshakeFailure.of(failure);
        report(() -> listener.onFailure(reason.code(), reason.text()));
      }
    }

    private void end(int code, String reason) {
      ended.complete(true);
      report(() -> listener.onClose(code, reason));
    }

    private void report(Runnable task) {
      loop.execute(
          () -> {
            if (!isOver) {
              isOver = true;
              task.run();
            }
          });
    }

    @Override
    public void onOpen(WebSocket socket) {
      open.complete(socket);
      socket.request(1);
    }

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean isLast) {
      partial.append(data);
      if (partial.length() > MAX_FRAME_CHARS) {
        socket.abort();
        end(NO_CLOSE_FRAME, "the server sent a message that is too long");
      } else if (isLast) {
        String text = partial.toString();
        partial.setLength(0);
        loop.execute(
            () -> {
              if (!isOver) {
                listener.onText(text);
              }
              socket.request(1);
            });
      } else {
        socket.request(1);
      }
      return DONE;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      end(code, reason);
      return DONE;
    }

    @Override
    public void onError(WebSocket socket, Throwable failure) {
      fail(failure);
    }
  }
}
