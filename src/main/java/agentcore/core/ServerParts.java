package agentcore.core;

import agentcore.core.backend.GroupId;
import agentcore.core.backend.IdempotencyKey;
import agentcore.core.backend.Log;
import agentcore.core.backend.Log.PublishResult;
import agentcore.core.backend.LogPage;
import agentcore.core.backend.Room;
import agentcore.core.connection.SendBudget;
import agentcore.core.consumer.Session;
import agentcore.core.group.ConnectionManager;
import agentcore.core.group.LogEvents;
import agentcore.core.message.Event;
import agentcore.core.message.Post;
import agentcore.core.serializer.Serializer;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** The parts of a server that {@link ServerRoom} and {@link ServerUser} work with. */
record ServerParts(ConnectionManager manager, Serializer serializer) {
  /** No user has this id, so a client's request cannot have the same key. */
  private static final String NO_USER = "";

  /** Writes an event of the program, with the current time. */
  String write(Event event) {
    return serializer.write(marked(event), manager.now());
  }

  /**
   * Appends an event of the program to the log of a room or a user.
   *
   * @param idempotencyKey if present, a repetition with the same key is not stored again
   */
  PublishResult publish(GroupId group, Post post, Optional<String> idempotencyKey) {
    Post marked = new Post(marked(post.event()), post.author(), post.mentions());
    Optional<IdempotencyKey> key =
        idempotencyKey.map(
            text -> IdempotencyKey.of(NO_USER, text, serializer.write(post.event())));
    PublishResult result = manager.publish(group, manager.draft(marked), key);
    if (result.outcome() == PublishResult.Outcome.APPENDED) {
      count("published");
    }
    return result;
  }

  private static Event marked(Event event) {
    return event.with("server", true);
  }

  /**
   * Reads the events of a room's log before a seq, as {@link ServerRoom#history} does.
   *
   * @param reply builds the result; the memory for this is reserved until it returns
   */
  <T> T history(
      Room room, long before, int limit, int maxBytes, Function<Session.History, T> reply) {
    SendBudget budget = manager.registry().sendBudget();
    SendBudget.Charge memory = budget.reserve((long) LogEvents.COPIES * maxBytes);
    try {
      Log log = manager.backend().log();
      LogPage page = log.history(GroupId.room(room), before, limit, maxBytes);
      List<Event.Json> events = LogEvents.events(serializer, page);
      return reply.apply(new Session.History(page.top(), events, page.more()));
    } finally {
      memory.close();
    }
  }

  /** Counts an event of the program in the metrics. */
  void count(String kind) {
    manager.metrics().serverEvents.of(kind).increment();
  }
}
