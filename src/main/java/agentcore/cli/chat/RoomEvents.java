package agentcore.cli.chat;

import agentcore.cli.chat.Request.Purpose;
import agentcore.cli.common.Printable;
import agentcore.cli.common.ServerEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Applies the server's events to the rooms that the user is in. At a terminal these are the user's
 * rooms on all devices; a script is only in the rooms that it joins. Where messages may be missing,
 * it says so and requests the last messages of the room. Not thread-safe.
 */
final class RoomEvents {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final ChatOptions.Mode mode;
  private final Output output;
  private final RequestQueue requests;
  private final JoinedRooms rooms = new JoinedRooms();
  private final Following following = new Following(rooms);
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
    List<String> joined = event.texts("rooms");
    List<Request> first = new ArrayList<>(rooms.welcomed(joined, isFirst));
    following.welcomed(event);
    joined.forEach(following::entered);
    if (mode == ChatOptions.Mode.CONSOLE) {
      first.addFirst(Request.myRooms(Purpose.FOLLOW));
    } else {
      first.addAll(0, following.withoutList());
    }
    requests.addFirst(first, nowNanos);
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
      case "my_room_joined", "my_room_left", "inbox_reset" -> refresh(nowNanos);
      case "room_reset" -> {
        rooms.reset(room, JoinedRooms.Position.of(event));
        catchUp(room, nowNanos);
        refresh(nowNanos);
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
    boolean isLost = rooms.joined(room, event, following.asked(room));
    following.entered(room);
    if (isLost) {
      catchUp(room, nowNanos);
    }
  }

  /** Asks again which rooms are the user's. */
  void refresh(long nowNanos) {
    if (following.isSupported() && !requests.isWaiting("my_rooms")) {
      requests.add(Request.myRooms(Purpose.FOLLOW), nowNanos);
    }
  }

  /** Enters and leaves rooms, so that this connection is in the user's rooms. */
  void listed(ServerEvent list, long nowNanos) {
    List<String> gone = following.leftElsewhere(list);
    for (String room : gone) {
      left(room);
      output.notice("you left " + Printable.line(room) + " on another device");
    }
    requests.addFirst(following.listed(list, gone), nowNanos);
  }

  /** Joins the rooms of the last connection, since the server does not know the user's rooms. */
  void listRefused(long nowNanos) {
    if (!following.isSupported()) {
      requests.addFirst(following.withoutList(), nowNanos);
    }
  }

  /** Joins rooms one by one, since the server did not accept all of them at once. */
  void joinRefused(Request joinAll, long nowNanos) {
    requests.addFirst(following.oneByOne(joinAll), nowNanos);
  }

  /** Handles the rooms that could not be joined. Returns those that the user was in. */
  List<ServerEvent> joinedAll(ServerEvent event, long nowNanos) {
    List<ServerEvent> lost = new ArrayList<>();
    for (ServerEvent failure : event.events("failed")) {
      String room = failure.text("room");
      if (failure.text("error_code").equals("BACKEND_UNAVAILABLE")) {
        refresh(nowNanos + PAUSE.toNanos());
      } else if (rooms.contains(room)) {
        left(room);
        lost.add(failure);
      } else {
        following.refused(room);
      }
    }
    return lost;
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
    following.left(room);
    output.prompt(rooms.current());
  }
}
