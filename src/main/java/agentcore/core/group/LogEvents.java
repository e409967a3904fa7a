package agentcore.core.group;

import agentcore.core.backend.Entry;
import agentcore.core.backend.Log.PublishResult;
import agentcore.core.backend.LogPage;
import agentcore.core.backend.Position;
import agentcore.core.backend.Room;
import agentcore.core.connection.Frame;
import agentcore.core.message.Event;
import agentcore.core.serializer.Serializer;
import java.util.List;
import java.util.Optional;

/** The events that clients receive from a log: its entries, and the reset. */
public final class LogEvents {
  /**
   * The memory that a part of a log takes while it becomes a reply, in multiples of its size: the
   * store's answer, entries, events, text, bytes and frame.
   */
  public static final int COPIES = 8;

  private LogEvents() {}

  /** Returns the events of a page, each with its place in the log. */
  public static List<Event.Json> events(Serializer serializer, LogPage page) {
    return page.entries().stream().map(entry -> event(serializer, entry)).toList();
  }

  /** Returns the event of an entry, with its place in the log. */
  public static Event.Json event(Serializer serializer, Entry entry) {
    String text = entry.text();
    String place = serializer.write(place(entry));
    return new Event.Json(text.substring(0, text.length() - 1) + ',' + place.substring(1));
  }

  /** Returns the frame of an entry's event. */
  public static byte[] frame(Serializer serializer, Entry entry) {
    return Frame.merged(entry.utf8(), serializer.encode(place(entry)));
  }

  /** Returns the frame of an entry's event, with the id of the request that it answers. */
  static byte[] frame(Serializer serializer, Entry entry, Optional<String> requestId) {
    Event place = place(entry);
    return Frame.merged(
        entry.utf8(), serializer.encode(requestId.map(id -> place.with("id", id)).orElse(place)));
  }

  private static Event place(Entry entry) {
    return place(Event.object(), entry.position());
  }

  private static Event place(Event event, Position position) {
    return event
        .with("seq", position.seq())
        .with("epoch", position.epoch())
        .with("message_id", position.id());
  }

  /** Returns an event with its place in the log, for a client that does not receive the entry. */
  public static Event placed(Event event, PublishResult result) {
    boolean isDuplicate = result.outcome() == PublishResult.Outcome.DUPLICATE;
    return place(event, result.position()).with("duplicate", isDuplicate);
  }

  /** Returns the event that says that a room's log does not continue at the client's position. */
  public static Event reset(Room room, Position top, LogPage.Status status) {
    return reset(Event.of("room_reset").with("room", room.name()), top, status);
  }

  /** Returns the event that says the same of the log of the client's user. */
  public static Event inboxReset(Position top, LogPage.Status status) {
    return reset(Event.of("inbox_reset"), top, status);
  }

  private static Event reset(Event event, Position top, LogPage.Status status) {
    return event.with("seq", top.seq()).with("epoch", top.epoch()).with("reason", reason(status));
  }

  /** Returns the reason of a reset, as it is sent to clients. */
  public static String reason(LogPage.Status status) {
    return switch (status) {
      case AHEAD, REWRITTEN -> "rolled_back";
      case TRIMMED -> "trimmed";
      case EPOCH, OK -> "lost";
    };
  }
}
