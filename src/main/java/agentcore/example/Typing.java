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
 * Who is typing where. It is told when it changes, never stored, and ends by itself {@link #EXPIRY}
 * after the last {@code typing_start}.
 *
 * <p>Each (connection, room) has at most one timer, which looks whether it is time and otherwise
 * waits for the rest. An episode that was stopped stays until its timer has run: if it left at
 * once, a client that starts and stops without a pause would leave a timer behind each time.
 */
final class Typing {
  static final Duration EXPIRY = Duration.ofSeconds(6);

  private record Key(String channel, String roomId) {}

  /**
   * One timer's time.
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

  /** Ends an episode if it is time; otherwise looks again when it may be. */
  private void expire(Session session, Key key) {
    Episode episode = Objects.requireNonNull(episodes.get(key), "only its timer removes it");
    long leftNanos = episode.deadlineNanos() - nanoTime.getAsLong();
    if (leftNanos > 0) {
      session.after(Duration.ofNanos(leftNanos), () -> expire(session, key));
    } else if (!episodes.remove(key, episode)) {
      expire(session, key); // it was started again or stopped just now
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

  /** Ends it, if it is on: on the user's own message, on leaving, on disconnect. */
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
