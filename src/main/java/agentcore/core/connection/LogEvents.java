package agentcore.core.connection;

import agentcore.core.backend.Entry;
import agentcore.core.message.Event;
import agentcore.core.serializer.Serializer;

/** How an entry of a log becomes the event that clients see. */
public final class LogEvents {
  private LogEvents() {}

  /** Returns the entry's event with its place in the log. */
  public static String complete(Serializer serializer, Entry entry) {
    return serializer.extend(
        entry.text(),
        Event.object()
            .with("seq", entry.seq())
            .with("epoch", entry.epoch())
            .with("message_id", entry.id()));
  }
}
