package agentcore.core.backend;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A log for each room and each user, and subscriptions to groups. A log is read in pages:
 *
 * {@snippet file="Logs.java" region="read"}
 */
public interface Log {
  /**
   * Opens the log of a group, and creates it if there is none. A room's log is kept while anybody
   * is subscribed to the group. A user's log need not be opened: it begins with its first entry.
   *
   * @param known the newest position that this server knows; if the log is younger or was rolled
   *     back, it gets a new epoch and a higher seq
   * @return the position of the newest entry
   */
  Position open(GroupId group, Position known);

  /**
   * Appends an entry and sends it to all subscribers, in one step. When this returns, the entry is
   * in the log.
   *
   * @param known the newest position that this server knows, as for {@link #open}
   * @param key makes a retry harmless
   */
  default PublishResult publish(
      GroupId group, Position known, Draft draft, Optional<IdempotencyKey> key) {
    return submit(group, known, draft, key).get();
  }

  /**
   * Begins a {@link #publish}, so that several entries share a round trip to the store. The entries
   * that one thread submits are appended in that order. Blocks while the store is overloaded.
   *
   * @return waits for the result; must be called once, and soon, since subscribers may not receive
   *     the entry before
   */
  Supplier<PublishResult> submit(
      GroupId group, Position known, Draft draft, Optional<IdempotencyKey> key);

  /**
   * Reads the entries after a position. Creates nothing: without a log, the status is EPOCH and the
   * top is {@link Position#UNKNOWN}.
   *
   * @param from an empty id is not compared
   * @param limit the maximum of entries
   * @param maxBytes the maximum of {@link Entry#wireBytes} in all; one entry may exceed it
   */
  LogPage read(GroupId group, Position from, int limit, int maxBytes);

  /**
   * Reads the newest entries before a seq, with the limits of {@link #read}.
   *
   * @return entries oldest first; {@code more} if there are older ones
   */
  LogPage history(GroupId group, long before, int limit, int maxBytes);

  /**
   * Counts what a user has not read in some logs: the entries of other authors behind the mark, as
   * far as the log still has them. A mark in a log that was lost, and has begun again, counts for
   * nothing.
   *
   * @return in the order of the list
   */
  List<Unread> unread(String reader, List<ReadMarks> logs);

  /** Subscribes to a group. The subscriber receives everything that happens after this returns. */
  void subscribe(GroupId group, Subscriber subscriber);

  /** Ends a subscription, if there is one. */
  void unsubscribe(GroupId group, Subscriber subscriber);

  /**
   * The result of a publish.
   *
   * @param position of the entry; for a conflict, of the entry with the other text
   */
  record PublishResult(Outcome outcome, Position position) {
    /** Whether an entry was appended. */
    public enum Outcome {
      /** Appended, and sent to every subscriber. */
      APPENDED,
      /** An earlier request with the same id appended it. */
      DUPLICATE,
      /** An earlier request with the same id had another text: nothing was appended. */
      CONFLICT
    }
  }

  /**
   * How far a user has read a log.
   *
   * @param read the last entry that was read; {@link Position#UNKNOWN} if none was
   * @param byAuthor the same for the entries of one author, where that is kept apart
   */
  record ReadMarks(GroupId group, Position read, Map<String, Position> byAuthor) {
    /** Creates a mark that holds for all authors. */
    public ReadMarks(GroupId group, Position read) {
      this(group, read, Map.of());
    }
  }

  /**
   * What a user has not read in a log.
   *
   * @param top the position of the newest entry, up to which was counted; {@link Position#UNKNOWN}
   *     without a log
   * @param byAuthor how many entries of each other author were not read
   * @param mentions how many of these mention the user
   * @param lastMillis when the newest entry with an author was written, in milliseconds since 1970;
   *     0 if there was none
   */
  record Unread(Position top, Map<String, Integer> byAuthor, int mentions, long lastMillis) {
    /** What there is to read without a log. */
    public static final Unread NOTHING = new Unread(Position.UNKNOWN, Map.of(), 0, 0);

    /** Returns how many entries were not read. */
    public int count() {
      return byAuthor.values().stream().mapToInt(Integer::intValue).sum();
    }
  }
}
