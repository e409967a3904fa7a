package agentcore.core;

import agentcore.core.group.ConnectionManager;
import agentcore.core.message.Event;
import agentcore.core.serializer.Serializer;

/** The parts of a server that {@link ServerRoom} and {@link ServerUser} work with. */
record ServerParts(ConnectionManager manager, Serializer serializer, Subscriptions subscriptions) {
  /** Writes an event of the program, with the current time. */
  String write(Event event) {
    return serializer.write(event.with("server", true), manager.now());
  }

  /** Counts an event of the program in the metrics. */
  void count(String kind) {
    manager.metrics().serverEvents.of(kind).increment();
  }
}
