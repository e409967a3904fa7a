package agentcore.example;

import agentcore.core.connection.Membership;
import agentcore.core.consumer.Session;
import agentcore.core.message.Message;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Who is typing where. It is told when it changes, never stored, and ends by itself {@link #EXPIRY}
 * after the last {@code typing_start}.
 *
 * <p>Each (connection, room) has at most one timer, which looks whether it is time and otherwise
 * waits for the rest.
 */
final class Typing {
  static final Duration EXPIRY = Duration.ofSeconds(6);

  private record Key(String channel, String roomId) {}

  /** One time of typing. A new membership is a new episode, whose timer is another. */
  private static final class Episode {
    final Membership membership;
    long deadlineNanos;

    Episode(Membership membership, long deadlineNanos) {
      this.membership = membership;
      this.deadlineNanos = deadlineNanos;
    }
  }

  /** Episodes are read and changed only inside the map's own atomic methods. */
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
    Episode fresh = new Episode(membership, nanoTime.getAsLong() + EXPIRY.toNanos());
    Episode current =
        episodes.compute(
            key(session, membership),
            (key, going) -> {
              if (going == null || !going.membership.equals(membership)) {
                return fresh;
              }
              going.deadlineNanos = fresh.deadlineNanos;
              return going;
            });
    if (current.equals(fresh)) {
      session.after(EXPIRY, () -> expire(session, fresh));
      tell("user_typing_start", session, membership);
    }
  }

  /** Ends an episode if it is time; otherwise looks again when it may be. */
  private void expire(Session session, Episode episode) {
    AtomicLong leftNanos = new AtomicLong();
    AtomicBoolean over = new AtomicBoolean();
    episodes.computeIfPresent(
        key(session, episode.membership),
        (key, going) -> {
          if (!going.equals(episode)) {
            return going; // ended otherwise, and another began
          }
          leftNanos.set(episode.deadlineNanos - nanoTime.getAsLong());
          over.set(leftNanos.get() <= 0);
          return over.get() ? null : going;
        });
    if (leftNanos.get() > 0) {
      session.after(Duration.ofNanos(leftNanos.get()), () -> expire(session, episode));
    } else if (over.get() && isStillIn(session, episode.membership)) {
      tell("user_typing_stop", session, episode.membership);
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
    if (episodes.remove(key(session, membership)) != null) {
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
