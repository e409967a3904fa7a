package agentcore.example;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.GroupId;
import agentcore.core.consumer.Attribute;
import agentcore.core.consumer.Membership;
import agentcore.core.consumer.Session;
import agentcore.core.message.Event;
import agentcore.core.message.Message;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Tracks who is typing where: in a room, or in the private conversation with a user. Changes are
 * announced and never stored. An indicator expires {@link #EXPIRY} after the last {@code
 * typing_start}.
 *
 * <p>Each connection has at most one timer for a room or a user. When it fires too early it waits
 * for the rest of the time. A stopped episode is kept until its timer has fired; otherwise a client
 * that starts and stops all the time would leave a timer behind each time.
 *
 * <p>A hint for a user who is offline or does not exist reaches nobody, and its sender receives no
 * reply in any case.
 */
final class Typing {
  static final Duration EXPIRY = Duration.ofSeconds(6);

  /** The users to whom one connection has typed in the last {@link #EXPIRY}; more are ignored. */
  static final int MAX_USERS = 10;

  private static final Attribute<Episodes> EPISODES = new Attribute<>("typing", Episodes.class);
  private static final Logger LOG = System.getLogger(Typing.class.getName());

  /** Who is told. */
  private sealed interface Audience {
    GroupId id();
  }

  private record RoomAudience(Membership membership) implements Audience {
    @Override
    public GroupId id() {
      return GroupId.room(membership.room());
    }
  }

  /**
   * A user.
   *
   * @param named the user's id or a channel name, as the request names the user
   */
  private record UserAudience(String named, String user) implements Audience {
    @Override
    public GroupId id() {
      return GroupId.user(user);
    }
  }

  /**
   * What one timer waits for.
   *
   * @param typing empty after a stop
   */
  private record Episode(Optional<Audience> typing, long deadlineNanos) {}

  /** The episodes of a connection. */
  private static final class Episodes {
    final ConcurrentHashMap<GroupId, Episode> byGroup = new ConcurrentHashMap<>();

    boolean hasPlaceFor(GroupId id) {
      return id.kind() != GroupId.Kind.USER
          || byGroup.containsKey(id)
          || byGroup.keySet().stream().filter(each -> each.kind() == GroupId.Kind.USER).count()
              < MAX_USERS;
    }
  }

  private final LongSupplier nanoTime;

  Typing(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Handles {@code typing_start}. */
  void start(Session session, Message message) {
    audience(session, message).ifPresent(audience -> start(session, audience));
  }

  /** Handles {@code typing_stop}. */
  void stop(Session session, Message message) {
    audience(session, message).ifPresent(audience -> stop(session, audience.id()));
  }

  /** Returns who is to be told; empty if that is nobody. */
  private static Optional<Audience> audience(Session session, Message message) {
    boolean namesUser = message.data().string("target_user_id").isPresent();
    Requests.require(
        !namesUser || message.data().string("room").isEmpty(),
        "Either room or target_user_id is required");
    if (!namesUser) {
      return session.membership(Requests.roomName(message, "room")).map(RoomAudience::new);
    }
    String named = Requests.target(message);
    return Recipients.userOf(named)
        .filter(user -> !user.equals(session.user()))
        .map(user -> new UserAudience(named, user));
  }

  /** Called on the reader thread only, so that a session has one object. */
  private static Episodes episodes(Session session) {
    return session
        .attribute(EPISODES)
        .orElseGet(
            () -> {
              Episodes none = new Episodes();
              session.set(EPISODES, none);
              return none;
            });
  }

  private void start(Session session, Audience audience) {
    Episodes episodes = episodes(session);
    GroupId id = audience.id();
    boolean isOn =
        Optional.ofNullable(episodes.byGroup.get(id)).flatMap(Episode::typing).isPresent();
    if (!isOn && (!episodes.hasPlaceFor(id) || isBlocked(session, audience))) {
      return;
    }
    long deadlineNanos = nanoTime.getAsLong() + EXPIRY.toNanos();
    Episode now = new Episode(Optional.of(audience), deadlineNanos);
    Optional<Episode> before = Optional.ofNullable(episodes.byGroup.put(id, now));
    if (before.isEmpty()) {
      session.after(EXPIRY, () -> expire(session, episodes, id));
    }
    if (!before.flatMap(Episode::typing).equals(now.typing())) {
      tell("user_typing_start", session, audience);
    }
  }

  private static boolean isBlocked(Session session, Audience audience) {
    return audience instanceof UserAudience(String named, String user)
        && Blocks.isBlocked(session.accounts(), session.user(), user).get();
  }

  /** Ends an episode if its time is over; otherwise waits for the rest of it. */
  private void expire(Session session, Episodes episodes, GroupId id) {
    Episode episode = Objects.requireNonNull(episodes.byGroup.get(id), "only its timer removes it");
    long leftNanos = episode.deadlineNanos() - nanoTime.getAsLong();
    if (leftNanos > 0) {
      session.after(Duration.ofNanos(leftNanos), () -> expire(session, episodes, id));
    } else if (!episodes.byGroup.remove(id, episode)) {
      expire(session, episodes, id); // it has just been started again or stopped
    } else {
      episode
          .typing()
          .filter(audience -> isStillIn(session, audience))
          .ifPresent(audience -> tell("user_typing_stop", session, audience));
    }
  }

  private static boolean isStillIn(Session session, Audience audience) {
    return !(audience instanceof RoomAudience(Membership membership))
        || session.membership(membership.room().name()).equals(Optional.of(membership));
  }

  /** Stops an indicator in a room, if it is on: on a message of the user, and on leaving. */
  void stop(Session session, Membership membership) {
    stop(session, GroupId.room(membership.room()));
  }

  /** Stops an indicator for a user, if it is on: on a private message. */
  void stop(Session session, String user) {
    stop(session, GroupId.user(user));
  }

  private static void stop(Session session, GroupId id) {
    session.attribute(EPISODES).ifPresent(episodes -> stop(session, id, episodes));
  }

  private static void stop(Session session, GroupId id, Episodes episodes) {
    List<Audience> told = new ArrayList<>(); // one at most
    episodes.byGroup.computeIfPresent(
        id,
        (key, episode) -> {
          episode.typing().ifPresent(told::add);
          return new Episode(Optional.empty(), episode.deadlineNanos());
        });
    told.forEach(audience -> tell("user_typing_stop", session, audience));
  }

  /**
   * Stops all indicators of a connection that has ended. If the store does not answer, the others
   * see it when the user leaves, or forget it after a while.
   */
  void stopAll(Session session) {
    session
        .attribute(EPISODES)
        .ifPresent(
            episodes ->
                episodes.byGroup.forEach(
                    (id, episode) -> {
                      if (episode.typing().filter(each -> isStillIn(session, each)).isPresent()) {
                        stopUnlessAway(session, id);
                      }
                    }));
  }

  private static void stopUnlessAway(Session session, GroupId id) {
    try {
      stop(session, id);
    } catch (BackendException away) {
      LOG.log(Level.DEBUG, "the end of typing was not announced: {0}", away.getMessage());
    }
  }

  private static void tell(String type, Session session, Audience audience) {
    switch (audience) {
      case RoomAudience(Membership membership) ->
          session.hint(membership.room(), Rooms.about(session, type, membership.room().name()));
      case UserAudience(String named, String user) ->
          session.hint(
              user,
              Event.of(type)
                  .with("user_id", session.channel())
                  .with("username", session.user())
                  .with("to_user_id", named)
                  .with("to_username", user));
    }
  }
}
