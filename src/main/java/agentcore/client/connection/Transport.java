package agentcore.client.connection;

import java.net.URI;
import java.util.concurrent.CompletableFuture;

/** Opens WebSockets. All calls, in both directions, are made inside tasks of the client's loop. */
public interface Transport {
  /**
   * Starts to open a WebSocket.
   *
   * @param token a bearer token; empty for none
   * @throws RuntimeException if the address cannot be opened, whatever is tried later
   */
  Socket open(URI address, String token, Listener listener);

  /** One WebSocket. */
  interface Socket {
    /** No WebSocket. */
    Socket NONE =
        new Socket() {
          @Override
          public boolean send(String text) {
            return false;
          }

          @Override
          public CompletableFuture<?> close(int code) {
            return CompletableFuture.allOf();
          }
        };

    /** Sends a text. Returns whether the WebSocket is open. */
    boolean send(String text);

    /**
     * Closes the WebSocket. Returns at once; the future completes when the server has answered the
     * close frame, or after a second.
     */
    CompletableFuture<?> close(int code);
  }

  /** Receives what a WebSocket receives. */
  interface Listener {
    void onText(String text);

    /**
     * The WebSocket could not be opened. Either this or {@code onClose} is called, once, unless
     * this end has closed the WebSocket.
     *
     * @param code a close code that says the same
     */
    void onFailure(int code, String reason);

    /** The WebSocket was open, and has ended. */
    void onClose(int code, String reason);
  }
}
