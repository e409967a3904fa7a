package agentcore.core;

import agentcore.core.group.ConnectionManager;

/** Lets tests see the parts of a server that its users cannot see. */
public final class ServerInternals {
  private ServerInternals() {}

  /** Returns the connections and their groups. */
  public static ConnectionManager manager(AgentCore server) {
    return server.manager();
  }
}
