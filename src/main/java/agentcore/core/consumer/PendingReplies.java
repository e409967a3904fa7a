package agentcore.core.consumer;

import java.util.ArrayList;
import java.util.List;

/**
 * The requests of one connection whose messages are on their way to the log, in the order of the
 * requests. For the connection's reader thread.
 */
final class PendingReplies {
  /** At most so many requests of a connection wait for the store at the same time. */
  private static final int MAX = 64;

  /** Replaced, since most sessions have none most of the time. */
  private List<Unanswered> waiting = List.of();

  void add(Unanswered published) {
    if (waiting.isEmpty()) {
      waiting = new ArrayList<>();
    }
    waiting.add(published);
  }

  /** Returns the requests to be answered, and has none from then on. */
  List<Unanswered> take() {
    List<Unanswered> taken = waiting;
    waiting = List.of();
    return taken;
  }

  /** Says whether a request of this type may begin before all others have been answered. */
  boolean mayBegin(String type) {
    return waiting.isEmpty()
        || (waiting.size() < MAX && waiting.getLast().request().type().equals(type));
  }

  /** Returns how many requests wait to be answered. */
  int size() {
    return waiting.size();
  }
}
