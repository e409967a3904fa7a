package agentcore.core.backend;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * One log of messages for each room, and the news of it.
 *
 * <p>Every method may block, and throws {@link BackendException} where the store does not answer. A
 * log is read in pages:
 *
 * {@snippet file="Logs.java" region="read"}
 */
public interface Log {
  /**
   * Makes sure that the group has a log, which stays while anyone is in the group.
   *
   * @param known what this server knows of it: a log that is younger, or was rolled back, is given
   *     a new epoch and higher numbers
   * @return the position of its newest entry
   */
  Position open(GroupId group, Position known);

  /**
   * Appends a message and tells every subscriber, in one step.
   *
   * @param known what this server knows of the log
   * @param id the message's id, unique, at most 255 bytes
   * @param text the event, complete but for seq, epoch and message_id
   * @param once makes a retry harmless
   */
  PublishResult publish(
      GroupId group, Position known, String id, String text, Optional<IdempotencyKey> once);

  /**
   * Begins to {@link #publish}: a store that is far away is told several messages in one round
   * trip. What one thread begins is appended in that order. Blocks where very much is on its way.
   *
   * @return waits for the receipt; to be asked once, and soon, since subscribers may be told no
   *     earlier
   */
  default Supplier<PublishResult> submit(
      GroupId group, Position known, String id, String text, Optional<IdempotencyKey> once) {
    PublishResult receipt = publish(group, known, id, text, once);
    return () -> receipt;
  }

  /**
   * Reads on from a position.
   *
   * @param from where the reader stands; an empty id is not compared
   * @param limit at most so many entries
   * @param maxBytes stop before the complete events exceed this, but return at least one
   */
  LogPage read(GroupId group, Position from, int limit, int maxBytes);

  /**
   * Reads backwards: the newest entries before a place.
   *
   * @param before only entries with a lower seq
   * @param limit at most so many entries
   * @param maxBytes stop before the complete events exceed this, but return at least one
   * @return entries oldest first; {@code more} where older ones are there
   */
  LogPage history(GroupId group, long before, int limit, int maxBytes);

  /** Lets {@code receiver} hear the group; when this returns, nothing is missed any more. */
  void subscribe(GroupId group, Subscriber receiver);

  /** Ends {@link #subscribe}; a receiver that is not subscribed is no error. */
  void unsubscribe(GroupId group, Subscriber receiver);
}
