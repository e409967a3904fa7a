package agentcore.client;

/** Passes an event on to the application. */
interface Emitter {
  void emit(ChatEvent event);
}
