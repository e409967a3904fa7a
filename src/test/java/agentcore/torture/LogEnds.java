package agentcore.torture;

import agentcore.testkit.RawClient;
import agentcore.torture.history.History.Position;
import com.google.gson.JsonObject;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.stream.IntStream;

/** Asks the servers where logs end. */
final class LogEnds {
  /** The position in the inbox of a user to whom nothing was written. */
  static final Position NOWHERE = new Position("", 0);

  private final Ports ports;

  LogEnds(Ports ports) {
    this.ports = ports;
  }

  /** Returns the end of the log of a room or inbox, from the first server that answers. */
  Optional<Position> of(String room) {
    return IntStream.range(0, ports.count())
        .mapToObj(server -> of(room, server))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private Optional<Position> of(String room, int server) {
    boolean isInbox = Crowd.isInbox(room);
    String user = isInbox ? Crowd.userOf(room) : "observer";
    try (RawClient observer = RawClient.connect(ports.of(server), RawClient.path(user))) {
      JsonObject welcome = observer.nextJson("welcome");
      if (isInbox) {
        return Optional.of(inboxPosition(welcome));
      }
      if (room.equals(Crowd.LOBBY)) {
        return Optional.of(RoomView.position(welcome));
      }
      JsonObject data = new JsonObject();
      data.addProperty("room", room);
      observer.send(ChatRequests.request("join_room", data, "join"));
      return Optional.of(RoomView.position(observer.nextJson("room_joined")));
    } catch (UncheckedIOException | AssertionError notNow) {
      return Optional.empty();
    }
  }

  /** Returns the position in the inbox that an event names. */
  static Position inboxPosition(JsonObject event) {
    return event.has("inbox_epoch")
        ? new Position(event.get("inbox_epoch").getAsString(), event.get("inbox_seq").getAsLong())
        : NOWHERE;
  }
}
