package agentcore.snippets;

import agentcore.core.backend.Entry;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Log;
import agentcore.core.backend.LogPage;
import agentcore.core.backend.Position;
import agentcore.core.message.Event;
import java.util.ArrayList;
import java.util.List;

/** Logs and events by themselves. */
final class Logs {
  private Logs() {}

  static List<Entry> rest(Log log, GroupId group, Position from) {
    // @start region="read"
    List<Entry> rest = new ArrayList<>();
    Position at = from;
    LogPage page;
    do {
      page = log.read(group, at, 128, 128 * 1024);
      if (page.status() != LogPage.Status.OK) {
        throw new IllegalStateException("the log does not continue there: " + page.status());
      }
      rest.addAll(page.entries());
      at = rest.isEmpty() ? at : rest.getLast().position();
    } while (page.more());
    // @end
    return rest;
  }

  static Event score() {
    // @start region="event"
    Event score =
        Event.of("score")
            .with("team", "red")
            .with("points", 3)
            .withList("players", List.of("ann", "bo"));
    // {"type":"score","team":"red","points":3,"players":["ann","bo"],"timestamp":...}
    // @end
    return score;
  }
}
