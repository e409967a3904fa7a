package agentcore.client;

/** The state of a client's connection. */
public enum ConnectionState {
  /** An attempt is under way, and the server has not sent its {@code welcome} yet. */
  CONNECTING,

  /** The server has welcomed the client. */
  ONLINE,

  /** The last attempt failed or the connection was lost; the client tries again by itself. */
  WAITING,

  /** Not connected, and not trying: before the first {@code connect}, and after the end. */
  CLOSED
}
