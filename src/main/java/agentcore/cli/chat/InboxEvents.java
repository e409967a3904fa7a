package agentcore.cli.chat;

import agentcore.cli.common.ServerEvent;
import java.util.Optional;
import java.util.Set;

/**
 * The position up to which the log of the user was received, across connections. For one thread.
 */
final class InboxEvents {
  private static final Set<String> ENTRIES =
      Set.of("private_message", "private_message_sent", "room_invitation", "room_removal");

  private JoinedRooms.Position position = new JoinedRooms.Position("", 0, "");
  private boolean isKnown;

  /** Returns the position to resume from while connecting. */
  Optional<JoinedRooms.Position> resume() {
    return Optional.of(position).filter(known -> isKnown);
  }

  /** Handles the first event of a connection. What was missed follows {@code inbox_resumed}. */
  void welcomed(ServerEvent event) {
    if (!isKnown) {
      position = new JoinedRooms.Position(event.text("inbox_epoch"), event.number("inbox_seq"), "");
      isKnown = true;
    }
  }

  /** Handles an event; returns whether entries may be missing behind the last one. */
  boolean hasGapAt(ServerEvent event) {
    boolean isLost =
        event.type().equals("inbox_reset")
            || (event.type().equals("inbox_resumed") && !event.is("recovered"));
    if (isLost) {
      position = JoinedRooms.Position.of(event);
    }
    return isLost;
  }

  /** Returns whether an event is an entry of the log. */
  static boolean isEntry(ServerEvent event) {
    return ENTRIES.contains(event.type());
  }

  /** Returns whether the user has not seen an event yet. Events that are no entries are new. */
  boolean isNew(ServerEvent event) {
    if (!ENTRIES.contains(event.type()) || !event.has("message_id")) {
      return true;
    }
    if (event.has("duplicate")) { // only a reply
      return !event.is("duplicate");
    }
    JoinedRooms.Position next = JoinedRooms.Position.of(event);
    boolean isKnownEntry = next.epoch().equals(position.epoch()) && next.seq() <= position.seq();
    if (!isKnownEntry) {
      position = next;
    }
    return !isKnownEntry;
  }
}
