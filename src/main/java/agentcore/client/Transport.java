package agentcore.client;

import java.net.URI;

/** Opens WebSockets. All calls, in both directions, are made inside tasks of the client's loop. */
interface Transport {
  /**
   * Starts to open a WebSocket.
   *
   * @param token a bearer token; empty for none
   * @throws RuntimeException if the address cannot be opened, whatever is tried later
   */
  Socket open(URI address, String token, Listener listener);

  /** One WebSocket. */
  interface Socket {
    /** Sends a text. Returns whether the WebSocket is open. */
    boolean send(String text);

    /** Closes the WebSocket without waiting for the server. */
    void close(int code);
  }

  /** Receives what a WebSocket receives. */
  interface Listener {
    void onText(String text);

    /** Called once, at the end, unless this end has closed the WebSocket. */
    void onClose(int code, String reason);
  }
}
