package agentcore.core.middleware;

/** The client that sent a message, as middleware sees it: one connection of one user. */
public interface Client {
  /** Returns the user id. */
  String user();

  /** Returns the connection's name, unique in the cluster. */
  String channel();
}
