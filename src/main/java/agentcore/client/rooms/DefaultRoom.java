package agentcore.client.rooms;

import agentcore.client.connection.Frame;
import agentcore.client.requests.Reply;
import agentcore.client.requests.Requests;
import agentcore.client.requests.Turns;
import agentcore.client.rooms.LogPosition.Recovered;
import com.google.gson.JsonObject;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The default room: the server adds every new connection to it, even if the user has left it on
 * this client.
 */
final class DefaultRoom {
  private final Requests requests;
  private final Turns turns;
  private final BooleanSupplier isOnline;
  private String name = "";

  /** The room whose position is in the address of the current attempt. */
  private String resumed = "";

  private boolean isSameStore;

  /** The epoch of its log at the last welcome or reset. */
  private Optional<String> epoch = Optional.empty();

  /** Its name, if the user has left it. */
  private String left = "";

  private boolean mustLeave;

  /** How many requests to rejoin it are pending. */
  private int joins;

  DefaultRoom(Requests requests, Turns turns, BooleanSupplier isOnline) {
    this.requests = requests;
    this.turns = turns;
    this.isOnline = isOnline;
  }

  /** Returns its name; empty if there is none. */
  String name() {
    return name;
  }

  /** Notes that its position is in the address of an attempt. Returns its name. */
  String resume() {
    resumed = name;
    return name;
  }

  /** Returns what a {@code welcome} says about that position. */
  Recovered recovered(Frame welcome) {
    return name.equals(resumed) ? Recovered.of(welcome) : Recovered.UNSAID; // of another room
  }

  /** Returns whether the server still has the logs of the previous connection, as far as known. */
  boolean isSameStore() {
    return isSameStore;
  }

  /** Handles a {@code welcome}. Returns whether the client remains in the room. */
  boolean welcomed(Frame welcome) {
    name = welcome.texts("rooms").stream().findFirst().orElse("");
    Optional<String> now = Optional.of(welcome.text("epoch")).filter(text -> !text.isEmpty());
    isSameStore = now.isPresent() && now.equals(epoch);
    epoch = now;
    mustLeave = !name.isEmpty() && hasLeft(name);
    return !name.isEmpty() && !mustLeave;
  }

  /** Notes that the connection has ended. */
  void disconnected() {
    mustLeave = false;
  }

  /** Returns whether a room is the default room, and the user has left it. */
  boolean hasLeft(String room) {
    return room.equals(left);
  }

  /** Notes that the client is in a room. */
  void arrived(String room) {
    if (hasLeft(room)) {
      left = "";
      mustLeave = false;
    }
  }

  /** Notes that the user has left a room. */
  void left(String room) {
    if (room.equals(name)) {
      left = room;
    }
  }

  /** Notes that the log of a room is another one. */
  void reset(Frame frame) {
    if (frame.text("room").equals(name)) {
      epoch = Optional.of(frame.text("epoch"));
    }
  }

  /** Returns whether the client has to leave the room now. */
  boolean mayLeave() {
    return mustLeave && joins == 0;
  }

  /** Leaves the room again, in a turn of the pace. */
  Reply leave() {
    mustLeave = false;
    JsonObject data = new JsonObject();
    data.addProperty("room", name);
    Reply reply = requests.send("leave_room", data);
    reply.orElse(
        failure -> {
          if (failure.isRetryable() && isOnline.getAsBoolean() && hasLeft(name)) {
            mustLeave = true;
            turns.retry(failure);
          }
        });
    return reply;
  }

  /**
   * Does not leave the room while a request to join it is pending. If that fails, it counts as
   * left.
   */
  void holdLeaving(Reply reply) {
    joins++;
    reply.then(info -> joinEnded(), failure -> joinEnded());
  }

  private void joinEnded() {
    joins--;
    mustLeave = isOnline.getAsBoolean() && !left.isEmpty() && hasLeft(name);
    turns.ask();
  }
}
