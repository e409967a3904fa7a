package agentcore.core;

import agentcore.core.backend.GroupId;
import agentcore.core.backend.Log;
import agentcore.core.backend.Room;
import agentcore.core.connection.SendBudget;
import agentcore.core.group.LogEvents;
import agentcore.core.message.Event;
import agentcore.core.serializer.Serializer;
import java.util.List;
import java.util.function.Function;

/** Reads rooms' logs for replies that no connection waits for. Safe for all threads. */
final class HistoryReader {
  /**
   * How many times its own size a part of a log may take while it becomes a reply: the store's
   * answer, entries, events, text and bytes.
   */
  private static final long COPIES = 8;

  private final Log log;
  private final SendBudget budget;
  private final Serializer serializer;

  HistoryReader(Log log, SendBudget budget, Serializer serializer) {
    this.log = log;
    this.budget = budget;
    this.serializer = serializer;
  }

  /** Reads the newest events and builds a reply; memory is reserved until {@code reply} returns. */
  <T> T read(Room room, int limit, int maxBytes, Function<List<Event.Json>, T> reply) {
    SendBudget.Charge memory = budget.reserve(COPIES * maxBytes);
    try {
      return reply.apply(
          log.history(GroupId.room(room), Long.MAX_VALUE, limit, maxBytes).entries().stream()
              .map(entry -> new Event.Json(LogEvents.complete(serializer, entry)))
              .toList());
    } finally {
      memory.close();
    }
  }
}
