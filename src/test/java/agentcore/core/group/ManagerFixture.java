package agentcore.core.group;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.core.backend.GroupId;
import agentcore.core.backend.Room;
import agentcore.core.connection.Connection;
import agentcore.core.connection.ConnectionLimits;
import agentcore.testkit.Await;
import agentcore.testkit.Connections;
import agentcore.testkit.RecordingSocket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A manager on a store that can fail, and its connections. */
abstract class ManagerFixture {
  static final Room ROOM = new Room("r", "id", "alice", true);
  static final GroupId ID = GroupId.room(ROOM);
  static final String WILL = "{\"type\":\"user_left\"}";

  final LossyStore store = new LossyStore(1000);
  final Map<String, RecordingSocket> wires = new HashMap<>();
  ConnectionManager manager = Connections.manager(store.backend(), Connections.LIMITS);

  void limits(int perUser, int total, int queueBytes, int queueTotalBytes) {
    manager =
        Connections.manager(
            store.backend(), new ConnectionLimits(perUser, total, queueBytes, queueTotalBytes));
  }

  Memberships connection(String user) {
    RecordingSocket wire = new RecordingSocket();
    Connection made = manager.registry().create(user, wire);
    wires.put(made.channel(), wire);
    return manager.memberships(made, Map::of);
  }

  Memberships connected(String user) {
    Memberships made = connection(user);
    assertEquals(Optional.empty(), manager.connect(made));
    return made;
  }

  int count(GroupId group) {
    return store.memory().presence().counts(List.of(group)).getFirst();
  }

  /** Waits for {@code count} texts and returns all that a connection was sent. */
  List<String> texts(Memberships memberships, int count) {
    RecordingSocket wire = wire(memberships);
    Await.until(count + " texts", () -> wire.texts().size() >= count);
    return wire.texts();
  }

  RecordingSocket wire(Memberships memberships) {
    return Optional.ofNullable(wires.get(memberships.connection().channel())).orElseThrow();
  }

  void assertNothingLeft() {
    Await.until("no group", () -> GroupInternals.size(manager) == 0);
    Await.until("no subscription", () -> store.subscriptions() == 0);
    assertEquals(0, manager.registry().size());
    // Another thread undoes a failed connect, one group after the other.
    List.of(GroupId.all(), ID, GroupId.user("alice"))
        .forEach(group -> Await.until("no member of " + group, () -> count(group) == 0));
  }
}
