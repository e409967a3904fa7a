package agentcore.client.rooms;

import agentcore.client.connection.Frame;
import agentcore.client.requests.Outbox;
import agentcore.client.requests.Reply;
import com.google.gson.JsonObject;
import java.util.Optional;

/** The client's state of one room. */
final class Room {
  final String name;

  /** The position of the last message seen. */
  final LogPosition position;

  /** The unacknowledged messages. */
  final Outbox outbox;

  /** The last {@code room_info}. */
  Optional<Frame> info = Optional.empty();

  /** Whether the current connection is in this room, according to the server's frames. */
  boolean isIn;

  /** Whether {@code isIn} is uncertain, because a request to leave failed. */
  boolean isDoubtful;

  /** Whether the server keeps this room in the user's list. */
  boolean isKept;

  /** Whether the client enters this room only because it is in the list, and was not in it yet. */
  boolean isFollowed;

  /** Whether the user has left this room on another device, and this client has to leave it. */
  boolean isUnwanted;

  /** The reply to the pending request to join. A later request to leave resets it. */
  Optional<Reply> joining = Optional.empty();

  /** How often rejoining has failed on this connection. */
  int failures;

  Room(String name, LogPosition position, Outbox outbox) {
    this.name = name;
    this.position = position;
    this.outbox = outbox;
  }

  /** Returns the data of a request about a room. */
  static JsonObject named(String room) {
    JsonObject data = new JsonObject();
    data.addProperty("room", room);
    return data;
  }

  /** Returns whether the client has to join this room, and no request to join is pending. */
  boolean needsJoin() {
    return (!isIn || isDoubtful) && joining.isEmpty();
  }

  /** Notes that the connection is in the room. Returns whether messages may be missing. */
  boolean arrive(Frame frame, LogPosition.Recovered recovered) {
    boolean mayMiss = position.arrive(frame, recovered, isIn);
    isIn = true;
    isDoubtful = false;
    isFollowed = false;
    failures = 0;
    outbox.open();
    return mayMiss;
  }

  /** Notes that the connection is not in the room. Unsent messages wait. */
  void exit() {
    isIn = false;
    isDoubtful = false;
    isUnwanted = false;
    outbox.hold();
  }

  /** Notes that the connection has ended. */
  void disconnect() {
    exit();
    joining = Optional.empty();
    failures = 0;
  }
}
