package agentcore.client.rooms;

import agentcore.client.connection.Frame;
import agentcore.client.connection.Loop;
import agentcore.client.requests.Failure;
import agentcore.client.requests.Reply;
import agentcore.client.requests.Requests;
import agentcore.client.requests.Turns;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Requests to join rooms: one by one, or several with one request. */
final class Joins {
  /** Called when a room cannot be joined. */
  interface Lost {
    void lost(String room, Failure failure);
  }

  /** The server's limit by default. */
  private static final int MOST_ROOMS = 100;

  private final Loop loop;
  private final Requests requests;
  private final Turns turns;
  private final BooleanSupplier isOnline;
  private final RoomTable table;
  private final Leaves leaves;
  private final Lost lost;

  /** In one request; half as many after each refusal. */
  private int most = MOST_ROOMS;

  Joins(
      Loop loop,
      Requests requests,
      Turns turns,
      BooleanSupplier isOnline,
      RoomTable table,
      Leaves leaves,
      Lost lost) {
    this.loop = loop;
    this.requests = requests;
    this.turns = turns;
    this.isOnline = isOnline;
    this.table = table;
    this.leaves = leaves;
    this.lost = lost;
  }

  /** Handles a {@code welcome}, after which the server may be another one. */
  void welcomed() {
    most = MOST_ROOMS;
  }

  /** Returns the rooms to join, the most urgent first. */
  List<Room> missing() {
    return table.all().stream()
        .filter(room -> room.needsJoin() && !leaves.isPending(room.name))
        .sorted(Comparator.comparingInt(Joins::urgency))
        .toList();
  }

  private static int urgency(Room room) {
    return room.failures * 2 - (room.outbox.hasUnsent() ? 1 : 0);
  }

  /** Returns how many requests it takes to join rooms. */
  int count(List<Room> rooms, boolean areTogether) {
    return areTogether ? (rooms.size() + most - 1) / most : rooms.size();
  }

  /** Sends a request for the first rooms of a list, in a turn of the pace. */
  Reply next(List<Room> rooms, boolean areTogether) {
    if (areTogether && most > 1) {
      return joinAll(List.copyOf(rooms.subList(0, Math.min(most, rooms.size()))));
    }
    return join(rooms.getFirst(), (data, isWanted) -> requests.send("join_room", data.get()));
  }

  /** Joins one room; {@code ask} sends the request. */
  Reply join(Room room, BiFunction<Supplier<JsonObject>, BooleanSupplier, Reply> ask) {
    Reply[] own = new Reply[1];
    BooleanSupplier isWanted = () -> room.joining.filter(reply -> reply == own[0]).isPresent();
    own[0] = ask.apply(() -> table.joinFields(room.name), isWanted);
    await(room, own[0]);
    return own[0];
  }

  private Reply joinAll(List<Room> rooms) {
    JsonArray list = new JsonArray();
    rooms.forEach(room -> list.add(table.joinFields(room.name)));
    JsonObject data = new JsonObject();
    data.add("rooms", list);
    Reply reply = requests.send("join_rooms", data);
    List<Reply> results = rooms.stream().map(room -> new Reply(loop)).toList();
    reply.then(
        joined -> {
          for (int i = 0; i < rooms.size(); i++) {
            settle(results.get(i), rooms.get(i), joined);
          }
        },
        failure -> {
          Failure cause = failure;
          if (!failure.isRetryable() && isOnline.getAsBoolean()) {
            most = Math.max(1, rooms.size() / 2);
            cause = Failure.retryable(failure.code(), failure.message());
          }
          for (Reply result : results) {
            result.reject(cause);
          }
        });
    for (int i = 0; i < rooms.size(); i++) {
      await(rooms.get(i), results.get(i));
    }
    return reply;
  }

  /** Settles the reply about a room that was joined with others. */
  private static void settle(Reply result, Room room, Frame joined) {
    Optional<Frame> failure =
        joined.objects("failed").stream()
            .filter(row -> row.text("room").equals(room.name))
            .findFirst();
    if (failure.isEmpty()) {
      result.resolve(room.info.orElse(joined));
      return;
    }
    String code = failure.get().text("error_code");
    String message = failure.get().text("message");
    boolean isRetryable =
        failure.get().has("retryable")
            ? failure.get().is("retryable")
            : code.equals("BACKEND_UNAVAILABLE");
    result.reject(isRetryable ? Failure.retryable(code, message) : Failure.of(code, message));
  }

  /** Notes that {@code reply} settles when the room was joined. */
  private void await(Room room, Reply reply) {
    Optional<Reply> own = Optional.of(reply);
    room.joining = own;
    reply.then(
        info -> {
          if (isCurrent(room, reply)) {
            room.joining = Optional.empty();
            turns.succeeded();
          }
        },
        failure -> {
          if (isCurrent(room, reply)) {
            room.joining = Optional.empty();
            failed(room, failure);
          }
        });
  }

  private boolean isCurrent(Room room, Reply reply) {
    return table.has(room) && room.joining.filter(each -> each == reply).isPresent();
  }

  private void failed(Room room, Failure failure) {
    if (!isOnline.getAsBoolean()) {
      return; // the next welcome asks again
    }
    if (failure.isRetryable() && room.needsJoin()) {
      if (!failure.is("RATE_LIMIT_EXCEEDED")) {
        room.failures++;
      }
      turns.retry(failure);
    } else if (!failure.isRetryable() && (!room.isIn || room.isDoubtful)) {
      lost.lost(room.name, failure);
    }
  }
}
