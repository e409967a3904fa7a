package agentcore.cli.chat;

import agentcore.cli.common.ServerEvent;
import java.util.Optional;

/**
 * Applies the server's events to the rooms that the user is in. Where messages may be missing, it
 * says so and requests the last messages of the room. Not thread-safe.
 */
final class RoomEvents {
  private final ChatOptions.Mode mode;
  private final Output output;
  private final RequestQueue requests;
  private final JoinedRooms rooms = new JoinedRooms();
  private String ownId = "";

  RoomEvents(ChatOptions.Mode mode, Output output, RequestQueue requests) {
    this.mode = mode;
    this.output = output;
    this.requests = requests;
  }

  Optional<String> currentRoom() {
    return rooms.current();
  }

  Optional<JoinedRooms.Position> resume() {
    return rooms.resume();
  }

  boolean contains(String room) {
    return rooms.contains(room);
  }

  /**
   * Handles the first event of a connection, which replaces the last one unless it is the first.
   */
  void welcomed(ServerEvent event, boolean isFirst, long nowNanos) {
    ownId = event.text("user_id");
    requests.addFirst(rooms.welcomed(event.texts("rooms"), isFirst), nowNanos);
    rooms
        .defaultRoom()
        .filter(room -> isFirst || rooms.contains(room))
        .ifPresent(room -> joined(room, event, nowNanos));
  }

  void handle(ServerEvent event, long nowNanos) {
    String room = event.text("room");
    switch (event.type()) {
      case "room_joined" -> joined(room, event, nowNanos);
      case "room_left" -> left(room);
      case "room_reset" -> {
        rooms.reset(room, JoinedRooms.Position.of(event));
        catchUp(room, nowNanos);
      }
      case "user_removed" -> {
        if (isOwn(event)) {
          left(room);
        }
      }
      default -> {}
    }
  }

  private void joined(String room, ServerEvent event, long nowNanos) {
    if (rooms.joined(room, event)) {
      catchUp(room, nowNanos);
    }
  }

  private void catchUp(String room, long nowNanos) {
    reportGap(room);
    requests.add(Request.catchUp(room), nowNanos);
  }

  /**
   * Returns whether a message was not received before; reports a gap before it. A server without
   * logs sends no seq, and every message once.
   */
  boolean isNew(ServerEvent message) {
    if (!message.has("seq")) {
      return true;
    }
    String room = message.text("room");
    JoinedRooms.Order order = rooms.received(room, JoinedRooms.Position.of(message));
    if (order == JoinedRooms.Order.GAP) {
      reportGap(room);
    }
    return order != JoinedRooms.Order.DUPLICATE;
  }

  private void reportGap(String room) {
    if (mode == ChatOptions.Mode.JSON) {
      output.notice(EventFormatter.gap(room));
    } else {
      output.line(EventFormatter.gap(room));
    }
  }

  /** Returns whether an event is about this connection's user. */
  boolean isOwn(ServerEvent event) {
    return event.text("user_id").equals(ownId);
  }

  void switchTo(String room) {
    rooms.switchTo(room);
    output.prompt(rooms.current());
  }

  void left(String room) {
    rooms.left(room);
    output.prompt(rooms.current());
  }
}
