package agentcore.core;

import agentcore.core.backend.Directory;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.IdempotencyKey;
import agentcore.core.backend.Member;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Presence;
import agentcore.core.backend.PublishResult;
import agentcore.core.backend.Room;
import agentcore.core.consumer.RoomListener;
import agentcore.core.consumer.Session;
import agentcore.core.message.Event;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;

/**
 * A room, as the program that runs the server sees it. The program is no member: it may publish
 * into every room and read it, private ones too, without entering.
 *
 * <p>Threads: any, from {@link AgentCore#start} until {@link AgentCore#close}. Every method looks
 * the room up by its name and asks the backend, so it may block, and what it does takes effect on
 * all servers. Except where another exception is named, a method throws {@link
 * NoSuchElementException} if there is no such room, and {@link
 * agentcore.core.backend.BackendException} if the store does not answer.
 *
 * {@snippet file="Bots.java" region="ticker"}
 */
public final class ServerRoom {
  /** No user has this id, so a client's request cannot have the same key. */
  private static final String NO_USER = "";

  private final String name;
  private final ServerParts parts;

  /** A listener's subscription. */
  public interface Subscription extends AutoCloseable {
    /**
     * Ends the subscription. The listener may still be receiving its current event; no other one
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
   * Appends an event to the room's log, and returns when it has been stored. All members receive
   * it, with {@code "server":true}, by which it can be told from the events of users. The events
   * that one thread publishes are stored in that order.
   *
   * @return the outcome is always {@code APPENDED}
   */
  public PublishResult publish(Event event) {
    return publish(event, Optional.empty());
  }

  /**
   * Appends an event unless an event was published with the same key before, on any server, within
   * IDEMPOTENCY_TTL. So a publish that failed with a {@link
   * agentcore.core.backend.BackendException}, which may have been stored, can be repeated.
   *
   * @param idempotencyKey identifies the event in this room
   * @return {@code DUPLICATE} with the position of the event that was published before, or {@code
   *     CONFLICT} if that was another event; nothing is stored then
   */
  public PublishResult publish(Event event, String idempotencyKey) {
    String text = parts.serializer().write(event);
    return publish(event, Optional.of(IdempotencyKey.of(NO_USER, idempotencyKey, text)));
  }

  private PublishResult publish(Event event, Optional<IdempotencyKey> key) {
    PublishResult result = parts.manager().publish(room(), parts.write(event), key);
    if (result.outcome() == PublishResult.Outcome.APPENDED) {
      parts.count("published");
    }
    return result;
  }

  /**
   * Reads the newest events of the room's log before a seq.
   *
   * @param before only events with a lower seq; {@link Long#MAX_VALUE} for the newest
   * @param limit the most events
   * @param maxBytes the most bytes of all events together
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
   * their order and without holes, on a thread of its own; {@link RoomListener#reset} says when
   * that is impossible. The subscription ends with the server at the latest.
   *
   * <p>The listener is no member: it is in no list, and a room with listeners only is empty. It
   * follows the name: if the room is removed and created again, it continues in the new room.
   */
  public Subscription subscribe(RoomListener listener) {
    return parts.subscriptions().add(new RoomSubscription(room(), listener, parts));
  }

  /**
   * Removes all connections of a user from the room, and withdraws the user's invitation.
   *
   * @param announcement returns the event that all members, the removed one too, receive about each
   *     removed member
   * @return how many connections were removed
   */
  public int remove(String user, Function<Member, Event> announcement) {
    Room room = room();
    directory().uninvite(room, user); // first, so that no connection can come back meanwhile
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
   * @return false if it has members, and stays
   */
  public boolean delete() {
    return directory().remove(room());
  }
}
