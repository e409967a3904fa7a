package agentcore.client;

import agentcore.client.connection.Loop;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;

/** Delivers events one after the other, including events that a listener causes. */
final class Listeners {
  /** The type of listeners to all frames. */
  static final String EVERY_FRAME = "*";

  private final Loop loop;
  private final Map<String, Set<Registration>> byType = new HashMap<>();
  private final Queue<ChatEvent> waiting = new ArrayDeque<>();
  private boolean isDelivering;

  private static final class Registration {
    final ChatListener listener;

    Registration(ChatListener listener) {
      this.listener = listener;
    }
  }

  Listeners(Loop loop) {
    this.loop = loop;
  }

  /** Adds a listener. Returns what removes it. */
  Runnable add(String type, ChatListener listener) {
    Registration registration = new Registration(listener);
    Set<Registration> all = byType.computeIfAbsent(type, each -> new LinkedHashSet<>());
    all.add(registration);
    return () -> all.remove(registration);
  }

  /** Delivers a frame to the listeners to all frames, at once. */
  void received(ChatEvent frame) {
    deliver(EVERY_FRAME, frame);
  }

  /** Delivers an event after the events that are already queued. */
  void emit(ChatEvent event) {
    waiting.add(event);
    if (isDelivering) {
      return;
    }
    isDelivering = true;
    for (ChatEvent next = waiting.poll(); next != null; next = waiting.poll()) {
      deliver(next.type(), next);
    }
    isDelivering = false;
  }

  private void deliver(String type, ChatEvent event) {
    for (Registration each : List.copyOf(byType.getOrDefault(type, Set.of()))) {
      try {
        each.listener.received(event);
      } catch (RuntimeException | Error defect) {
        loop.report(defect);
      }
    }
  }
}
