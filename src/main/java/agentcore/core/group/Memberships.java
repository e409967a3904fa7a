package agentcore.core.group;

import agentcore.core.connection.Connection;
import agentcore.core.consumer.Consumer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The memberships of one connection: the rooms that it is in, the log of its user, and the consumer
 * of its endpoint. Safe for all threads.
 */
public final class Memberships {
  private final InboxFollower inbox;
  private final Consumer consumer;
  private final Map<String, GroupMembership> byRoom = new ConcurrentHashMap<>(2);

  /** Creates the memberships of a connection that is in no room. */
  Memberships(InboxFollower inbox, Consumer consumer) {
    this.inbox = inbox;
    this.consumer = consumer;
  }

  /** Returns the connection. */
  public Connection connection() {
    return inbox.connection();
  }

  /** Returns what follows the log of the connection's user. */
  public InboxFollower inbox() {
    return inbox;
  }

  /** Finds the membership of a room by the room's name. */
  public Optional<GroupMembership> find(String roomName) {
    return Optional.ofNullable(byRoom.get(roomName));
  }

  /** Returns a snapshot of the names of the rooms. */
  public Set<String> roomNames() {
    return Set.copyOf(byRoom.keySet());
  }

  Consumer consumer() {
    return consumer;
  }

  Collection<GroupMembership> all() {
    return List.copyOf(byRoom.values());
  }

  void add(GroupMembership membership) {
    byRoom.put(membership.room().name(), membership);
  }

  void remove(GroupMembership membership) {
    byRoom.remove(membership.room().name(), membership);
  }
}
