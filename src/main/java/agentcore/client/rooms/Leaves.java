package agentcore.client.rooms;

import agentcore.client.connection.Frame;
import agentcore.client.connection.Loop;
import agentcore.client.requests.Failure;
import agentcore.client.requests.Reply;
import agentcore.client.requests.Requests;
import agentcore.client.requests.Turns;
import com.google.gson.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Requests to leave rooms: those of the application, and those for rooms that the user has left on
 * another device.
 */
final class Leaves {
  /** Handles the answer NOT_IN_ROOM. */
  interface NotInRoom {
    /** Asks for the list of the user's rooms, which may still contain the room. */
    void refresh();

    /** Handles it like a {@code room_left}, and returns that event. */
    Frame leftAlready(String room);
  }

  private final Loop loop;
  private final Requests requests;
  private final Turns turns;
  private final BooleanSupplier isOnline;
  private final RoomTable table;
  private final NotInRoom notInRoom;

  /** The number of pending requests for each room. */
  private final Map<String, Integer> pending = new HashMap<>();

  Leaves(
      Loop loop,
      Requests requests,
      Turns turns,
      BooleanSupplier isOnline,
      RoomTable table,
      NotInRoom notInRoom) {
    this.loop = loop;
    this.requests = requests;
    this.turns = turns;
    this.isOnline = isOnline;
    this.table = table;
    this.notInRoom = notInRoom;
  }

  boolean isPending(String room) {
    return pending.containsKey(room);
  }

  /** Returns the rooms that the client has to leave because the user has left them elsewhere. */
  List<Room> unwanted() {
    return table.all().stream().filter(room -> room.isUnwanted && !isPending(room.name)).toList();
  }

  /** Leaves a room. */
  Reply leave(String name, String id) {
    return leave(name, data -> requests.ask("leave_room", id, data));
  }

  /** Leaves a room that the user has left elsewhere, in a turn of the pace. */
  Reply leaveUnwanted(Room room) {
    Reply reply = leave(room.name, data -> requests.send("leave_room", data));
    reply.orElse(
        failure -> {
          if (!isOnline.getAsBoolean() || !table.has(room)) {
            return;
          }
          if (failure.isRetryable()) {
            turns.retry(failure);
          } else {
            room.isUnwanted = false;
          }
        });
    return reply;
  }

  private Reply leave(String name, Function<JsonObject, Reply> ask) {
    table.find(name).ifPresent(room -> room.joining = Optional.empty());
    pending.merge(name, 1, Integer::sum);
    Reply result = new Reply(loop);
    ask.apply(Room.named(name))
        .then(
            frame -> {
              result.resolve(frame);
              ended(name);
            },
            failure -> {
              failed(name, failure, result);
              ended(name);
            });
    return result;
  }

  private void failed(String name, Failure failure, Reply result) {
    // a new one if the client left and joined in the meantime
    Optional<Room> present = table.find(name);
    if (failure.is("NOT_IN_ROOM")) {
      notInRoom.refresh();
      if (present.isPresent()) {
        result.resolve(notInRoom.leftAlready(name));
        return;
      }
    }
    if (!failure.is("RATE_LIMIT_EXCEEDED")) {
      present.filter(room -> room.isIn).ifPresent(room -> room.isDoubtful = true);
    }
    result.reject(failure);
  }

  private void ended(String name) {
    pending.computeIfPresent(name, (room, count) -> count == 1 ? null : count - 1);
    turns.ask();
  }
}
