package agentcore.client;

/** Receives events of one type. */
@FunctionalInterface
public interface ChatListener {
  /**
   * Handles an event. Called on the client's thread, one event at a time, so it must not block; it
   * may call the client. What it throws is logged and affects neither the client nor other
   * listeners.
   */
  void received(ChatEvent event);
}
