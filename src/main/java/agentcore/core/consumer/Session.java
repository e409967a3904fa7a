package agentcore.core.consumer;

import agentcore.core.auth.Identity;
import agentcore.core.backend.Accounts;
import agentcore.core.backend.Directory;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.IdempotencyKey;
import agentcore.core.backend.Log.PublishResult;
import agentcore.core.backend.Log.ReadMarks;
import agentcore.core.backend.Log.Unread;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Position;
import agentcore.core.backend.Presence;
import agentcore.core.backend.Room;
import agentcore.core.backend.TokenBuckets;
import agentcore.core.message.CloseCode;
import agentcore.core.message.Event;
import agentcore.core.message.Message;
import agentcore.core.message.Post;
import agentcore.core.middleware.Client;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One connection, as handlers see it.
 *
 * <p>Threads: handlers, replies, {@code connected} and {@code disconnected} run on the connection's
 * reader thread, which may call every method. A method whose description says "Reader thread only"
 * is part of handling a request, and throws {@link IllegalStateException} on any other thread. All
 * other methods may be called by any thread.
 *
 * <p>Errors: every method that asks the backend throws {@link
 * agentcore.core.backend.BackendException} if it does not answer. A handler need not catch it: the
 * client is then answered with BACKEND_UNAVAILABLE.
 */
public interface Session extends Client {
  /** Completes a request after its event has been stored. */
  @FunctionalInterface
  interface Reply {
    /**
     * Sends the reply, on the reader thread. Exceptions are answered as those of a {@link Handler}.
     *
     * @param result the outcome and the position of the stored event
     */
    void send(PublishResult result);
  }

  /**
   * A part of a room's log.
   *
   * @param top the position of the log's newest entry
   * @param events the events with their positions, oldest first
   * @param more whether the log has older events
   */
  record History(Position top, List<Event.Json> events, boolean more) {}

  /**
   * Returns the identity that the connection's token proved, with its claims. Without an
   * authenticator it is the user, forever and without claims.
   */
  Identity identity();

  /** Returns the value that this session keeps under an attribute. */
  <T> Optional<T> attribute(Attribute<T> attribute);

  /** Keeps a value until the session ends, instead of the one before. */
  <T> void set(Attribute<T> attribute, T value);

  /** Returns the names of the connection's rooms, sorted. */
  List<String> rooms();

  /** Returns the connection's membership of a room. */
  Optional<Membership> membership(String roomName);

  /** Returns a parameter of the upgrade request's query. */
  Optional<String> parameter(String name);

  /**
   * Sends an event to this connection only.
   *
   * <p>On the reader thread, the replies to all earlier requests are sent first, and the call waits
   * while the outbox is full. On any other thread the call never waits, and a connection whose
   * outbox is full is closed ({@code TOO_SLOW}).
   */
  void send(Event event);

  /** Sends an event with the request's id, if it has one. Waits or closes as {@link #send} does. */
  default void reply(Message request, Event event) {
    Optional<String> id = request.id();
    send(id.isPresent() ? event.with("id", id.get()) : event);
  }

  /**
   * Enters a room. Events of the room wait until the current request has been answered. Reader
   * thread only.
   *
   * @param will the event that the other members receive when this connection ends without having
   *     left, in whatever way, even if its server fails
   * @param announcement the event that the other members receive now
   * @param seen the last entry that the client saw, if it was in the room before. The entries after
   *     it are not sent by this method: {@link #replay} does that
   * @return empty if the room does not exist, or no longer: a room is found in the {@link
   *     #directory}, and a name alone does not make one
   */
  Optional<Membership> enter(Room room, Event will, Event announcement, Optional<Position> seen);

  /**
   * Leaves a room. No event of the room is sent afterwards. Reader thread only.
   *
   * @param announcement the event that the other members receive
   * @return false if the connection was no longer a member
   */
  boolean leave(Membership membership, Event announcement);

  /**
   * Appends an event to a room's log, and returns when it has been stored. All members receive it,
   * this connection included, before or after what the handler sends next. The events that one
   * thread publishes are stored in that order.
   *
   * @param key identifies the request, so that a retry is not stored again
   */
  PublishResult publish(Membership membership, Post post, Optional<IdempotencyKey> key);

  /** Appends an event that never counts as unread, as the method above does. */
  default PublishResult publish(Membership membership, Event event, Optional<IdempotencyKey> key) {
    return publish(membership, Post.of(event), key);
  }

  /**
   * Begins to append an event to a room's log, and returns at once. The connection's next requests
   * of the same type are handled while the event is being stored, so that messages sent together
   * are stored together, in their order. Reader thread only.
   *
   * <p>Earlier events may wait for the handler to return, so a handler that does much work before
   * it publishes should use the other {@code publish}.
   *
   * @param request the request that is being handled; the handler must do nothing after this call
   * @param key identifies the request, so that a retry is not stored again
   * @param reply sends the reply when the event has been stored
   */
  void publish(
      Message request, Membership membership, Post post, Optional<IdempotencyKey> key, Reply reply);

  /** Begins to append an event that never counts as unread, as the method above does. */
  default void publish(
      Message request,
      Membership membership,
      Event event,
      Optional<IdempotencyKey> key,
      Reply reply) {
    publish(request, membership, Post.of(event), key, reply);
  }

  /**
   * Appends an event to the log of a user, who need not be connected, and returns when it has been
   * stored. All connections of the user receive it.
   *
   * @param key identifies the request, so that a retry is not stored again
   */
  PublishResult publish(String user, Post post, Optional<IdempotencyKey> key);

  /** Appends an event that never counts as unread, as the method above does. */
  default PublishResult publish(String user, Event event, Optional<IdempotencyKey> key) {
    return publish(user, Post.of(event), key);
  }

  /** Returns the log of this session's user. */
  Inbox inbox();

  /**
   * Prepares to send what the client missed in a room that it has just entered, and counts the
   * resume in the metrics. Reader thread only.
   *
   * @param lastSeen the last entry that the client saw
   */
  Replay replay(Membership membership, Position lastSeen);

  /**
   * Counts in the metrics that a client resumed a room without a replay.
   *
   * @param recovered whether the client missed nothing
   */
  void resumed(boolean recovered);

  /**
   * Returns the position of the room's log up to which this connection was sent the entries. Later
   * entries wait until the current request has been answered. Reader thread only.
   */
  Position position(Membership membership);

  /**
   * Returns the newest events of a room's log before a seq. On the reader thread, first reserves
   * memory as {@link #reserve} does.
   *
   * @param before only events with a lower seq; {@link Long#MAX_VALUE} for the newest
   * @param limit the maximum number of events
   * @param maxBytes the maximum size of the events
   */
  History history(Room room, long before, int limit, int maxBytes);

  /**
   * Reserves memory for a large reply before it is built: waits until this client has read enough
   * of what was sent before, and until the server has the memory. A handler whose replies can
   * exceed about 10 KB calls this first. The memory is released when the request has been answered.
   * Reader thread only.
   *
   * @param replyBytes the maximum size of the reply
   * @throws agentcore.core.backend.BackendException if the memory is not available within several
   *     seconds
   */
  void reserve(int replyBytes);

  /** Sends a hint about this connection to the other members of a room. It is not stored. */
  default void hint(Room room, Event event) {
    presence().broadcast(GroupId.room(room), Notice.presence(channel(), text(event)));
  }

  /**
   * Sends a hint about this connection to all other connections of a user, who need not exist. It
   * is not stored.
   */
  default void hint(String user, Event event) {
    presence().broadcast(GroupId.user(user), Notice.presence(channel(), text(event)));
  }

  /** Returns the text of an event with the current time, for a {@link Notice}. */
  String text(Event event);

  /**
   * Counts what this session's user has not read, in one step for all logs: the posts of other
   * authors behind the marks.
   *
   * @return in the order of the list
   */
  List<Unread> unread(List<ReadMarks> logs);

  /** Returns what is kept with the users. */
  Accounts accounts();

  /** Returns the directory of rooms and invitations. */
  Directory directory();

  /** Returns the presence of users and connections. */
  Presence presence();

  /**
   * Takes a token from a bucket that all servers share, to limit how often something happens. Most
   * calls do not ask the backend: each server lets a tenth of a full bucket pass before it takes
   * those tokens. While the backend does not answer, this server's own count decides. Waits for a
   * tenth of a second at most.
   *
   * @param bucket the name of the bucket. If it contains text of a client, begin it with text of
   *     your own. It is never the bucket of a user's rate limit
   * @param rate always the same for one name
   * @return how long to wait until there is a token; empty if one was taken
   */
  Optional<Duration> take(String bucket, TokenBuckets.Rate rate);

  /**
   * Runs {@code task} on a thread of its own after {@code delay}, even if the session has ended by
   * then, but not after the server has closed. Exceptions are logged.
   */
  void after(Duration delay, Runnable task);

  /**
   * Closes the connection. Never waits.
   *
   * @throws IllegalArgumentException for ABNORMAL, and for a code below 4000 that is not the
   *     library's
   */
  void close(CloseCode code);
}
