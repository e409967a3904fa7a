package agentcore.example;

import agentcore.core.connection.Membership;
import agentcore.core.consumer.Session;
import agentcore.core.message.Message;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
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

  private record Key(String channel, String room) {}

  private final ConcurrentHashMap<Key, Long> deadlinesNanos = new ConcurrentHashMap<>();
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
    long deadline = nanoTime.getAsLong() + EXPIRY.toNanos();
    if (deadlinesNanos.put(key, deadline) == null) {
      expireLater(session, membership, EXPIRY);
      tell("user_typing_start", session, membership);
    }
  }

  private void expireLater(Session session, Membership membership, Duration wait) {
    session.after(wait, () -> expire(session, membership));
  }

  private void expire(Session session, Membership membership) {
    Key key = key(session, membership);
    Long deadline = deadlinesNanos.get(key);
    if (deadline == null) {
      return; // ended otherwise
    }
    long left = deadline - nanoTime.getAsLong();
    if (left > 0) {
      expireLater(session, membership, Duration.ofNanos(left));
    } else if (!deadlinesNanos.remove(key, deadline)) {
      expire(session, membership); // typing went on just now
    } else if (isStillIn(session, membership)) {
      tell("user_typing_stop", session, membership);
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
    if (deadlinesNanos.remove(key(session, membership)) != null) {
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
