package agentcore.example;

import agentcore.core.consumer.Membership;
import agentcore.core.consumer.Session;
import agentcore.core.message.Message;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/**
 * Tracks who is typing where. Changes are announced and never stored. An indicator expires {@link
 * #EXPIRY} after the last {@code typing_start}.
 *
 * <p>Each (connection, room) has at most one timer. When it fires too early it waits for the rest
 * of the time. A stopped episode stays in the map until its timer has fired; otherwise a client
 * that starts and stops all the time would leave a timer behind each time.
 */
final class Typing {
  static final Duration EXPIRY = Duration.ofSeconds(6);

  private record Key(String channel, String roomId) {}

  /**
   * The time of one timer.
   *
   * @param typing empty after a stop
   */
  private record Episode(Optional<Membership> typing, long deadlineNanos) {}

  private final ConcurrentHashMap<Key, Episode> episodes = new ConcurrentHashMap<>();
  private final LongSupplier nanoTime;

  Typing(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Handles {@code typing_start}. */
  void start(Session session, Message message) {
    session
        .membership(Requests.roomName(message, "room"))
        .ifPresent(membership -> start(session, membership));
  }

  private void start(Session session, Membership membership) {
    Key key = key(session, membership);
    long deadlineNanos = nanoTime.getAsLong() + EXPIRY.toNanos();
    Episode now = new Episode(Optional.of(membership), deadlineNanos);
    Optional<Episode> before = Optional.ofNullable(episodes.put(key, now));
    if (before.isEmpty()) {
      session.after(EXPIRY, () -> expire(session, key));
    }
    if (!before.flatMap(Episode::typing).equals(now.typing())) {
      tell("user_typing_start", session, membership);
    }
  }

  /** Ends an episode if its time is over; otherwise waits for the rest of it. */
  private void expire(Session session, Key key) {
    Episode episode = Objects.requireNonNull(episodes.get(key), "only its timer removes it");
    long leftNanos = episode.deadlineNanos() - nanoTime.getAsLong();
    if (leftNanos > 0) {
      session.after(Duration.ofNanos(leftNanos), () -> expire(session, key));
    } else if (!episodes.remove(key, episode)) {
      expire(session, key); // it has just been started again or stopped
    } else {
      episode
          .typing()
          .filter(membership -> isStillIn(session, membership))
          .ifPresent(membership -> tell("user_typing_stop", session, membership));
    }
  }

  private static boolean isStillIn(Session session, Membership membership) {
    return session.membership(membership.room().name()).equals(Optional.of(membership));
  }

  /** Handles {@code typing_stop}. */
  void stop(Session session, Message message) {
    session
        .membership(Requests.roomName(message, "room"))
        .ifPresent(membership -> stop(session, membership));
  }

  /** Stops an indicator, if it is on: on a message of the user, on leaving, on disconnect. */
  void stop(Session session, Membership membership) {
    AtomicBoolean wasOn = new AtomicBoolean();
    episodes.computeIfPresent(
        key(session, membership),
        (key, episode) -> {
          wasOn.set(episode.typing().isPresent());
          return new Episode(Optional.empty(), episode.deadlineNanos());
        });
    if (wasOn.get()) {
      tell("user_typing_stop", session, membership);
    }
  }

  private static Key key(Session session, Membership membership) {
    return new Key(session.channel(), membership.room().id());
  }

  private static void tell(String type, Session session, Membership membership) {
    session.hint(membership.room(), Rooms.about(session, type, membership.room().name()));
  }
}
