package agentcore.core;

import agentcore.core.backend.Directory;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Log.PublishResult;
import agentcore.core.backend.Member;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Presence;
import agentcore.core.backend.Room;
import agentcore.core.consumer.RoomListener;
import agentcore.core.consumer.Session;
import agentcore.core.message.Event;
import agentcore.core.message.Post;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;

/**
 * A room, for the program that embeds the server. The program is not a member: it may publish into
 * every room and read it, even a private one, without entering.
 *
 * <p>Threads: any, from {@link AgentCore#start} until {@link AgentCore#close}. Every method except
 * {@link #name} calls the backend and may block. Publishing, removing and deleting take effect on
 * all servers. Methods that need the room throw {@link NoSuchElementException} if it does not exist
 * ({@link #find} returns empty), and {@link agentcore.core.backend.BackendException} if the store
 * does not answer.
 *
 * {@snippet file="Bots.java" region="ticker"}
 */
public final class ServerRoom {
  private final String name;
  private final ServerParts parts;

  /** A listener's subscription. */
  public interface Subscription extends AutoCloseable {
    /**
     * Ends the subscription. The listener may still be receiving its current event; no other event
     * follows. Idempotent.
     */
    @Override
    void close();
  }

  ServerRoom(String name, ServerParts parts) {
    this.name = name;
    this.parts = parts;
  }

  /** Returns the name of the room, which need not exist. */
  public String name() {
    return name;
  }

  /** Returns the room; empty if it does not exist. */
  public Optional<Room> find() {
    return directory().find(name);
  }

  private Room room() {
    return find().orElseThrow(() -> new NoSuchElementException("no such room: " + name));
  }

  private Directory directory() {
    return parts.manager().backend().directory();
  }

  private Presence presence() {
    return parts.manager().backend().presence();
  }

  /**
   * Appends an event to the room's log, and returns when it has been stored. All members receive it
   * with {@code "server":true}, which marks it as not sent by a user. The events that one thread
   * publishes are stored in that order.
   *
   * @return the outcome is always {@code APPENDED}
   */
  public PublishResult publish(Event event) {
    return publish(Post.of(event), Optional.empty());
  }

  /**
   * Appends an event unless an event was published with the same key before, on any server, within
   * IDEMPOTENCY_TTL. So a publish that failed with a {@link
   * agentcore.core.backend.BackendException} can be repeated, even if the event was stored.
   *
   * @param idempotencyKey identifies the event in this room
   * @return {@code APPENDED}; {@code DUPLICATE} with the position of the earlier event; or {@code
   *     CONFLICT} if the key was used for a different event. Only {@code APPENDED} stores the event
   */
  public PublishResult publish(Event event, String idempotencyKey) {
    return publish(Post.of(event), Optional.of(idempotencyKey));
  }

  /**
   * Appends an event as the other methods do, and says who wrote it, so that it counts as unread
   * for the others.
   *
   * @param idempotencyKey if present, as for {@link #publish(Event, String)}
   */
  public PublishResult publish(Post post, Optional<String> idempotencyKey) {
    return parts.publish(GroupId.room(room()), post, idempotencyKey);
  }

  /**
   * Reads the newest events of the room's log before a seq.
   *
   * @param before only events with a lower seq; {@link Long#MAX_VALUE} for the newest
   * @param limit the maximum number of events
   * @param maxBytes the maximum number of bytes of all events together
   * @param reply builds the result from the events, oldest first; the memory for this is reserved
   *     until it returns
   * @throws agentcore.core.backend.BackendException also if too little memory is free for several
   *     seconds
   */
  public <T> T history(long before, int limit, int maxBytes, Function<Session.History, T> reply) {
    return parts.history(room(), before, limit, maxBytes, reply);
  }

  /** Returns the members in the order in which they entered, at most {@code limit}. */
  public List<Member> members(int limit) {
    return presence().members(GroupId.room(room()), limit);
  }

  /**
   * Subscribes a listener to the events that are published from now on. It receives all of them, in
   * their order and without gaps, on a thread of its own; {@link RoomListener#reset} is called if
   * that is impossible. The subscription ends with the server at the latest.
   *
   * <p>The listener is not a member: it is not listed, and a room with only listeners is empty. It
   * follows the name: if the room is removed and created again, it continues in the new room.
   */
  public Subscription subscribe(RoomListener listener) {
    return parts.manager().subscribe(room(), listener)::run;
  }

  /**
   * Removes all connections of a user from the room, and withdraws the user's invitation.
   *
   * @param announcement returns the event that all members, including the removed one, receive
   *     about each removed member
   * @return how many connections were removed
   */
  public int remove(String user, Function<Member, Event> announcement) {
    Room room = room();
    directory().uninvite(room, user); // first, so that no removed connection can enter again
    int removed = 0;
    for (Member member : presence().members(GroupId.room(room), Integer.MAX_VALUE)) {
      if (member.user().equals(user)) {
        String text = parts.write(announcement.apply(member));
        Optional<Notice> eviction = Optional.of(Notice.evict(member, "", text));
        removed += presence().leave(GroupId.room(room), member, eviction) ? 1 : 0;
      }
    }
    return removed;
  }

  /**
   * Removes the room with its log and invitations if it has no members.
   *
   * @return false if the room has members and was not deleted
   */
  public boolean delete() {
    return directory().remove(room());
  }
}
