package agentcore.torture;

import java.util.List;

/**
 * What happened in one room, as its people know it. Times are those of {@link System#nanoTime}.
 *
 * @param room its name
 * @param acks what was acknowledged to its writers
 * @param readers what each of its readers saw
 * @param lossesNanos when the store lost something on purpose; empty where it never did
 */
record History(String room, List<Ack> acks, List<Reader> readers, List<Long> lossesNanos) {
  History {
    acks = List.copyOf(acks);
    readers = List.copyOf(readers);
    lossesNanos = List.copyOf(lossesNanos);
  }

  /** A place in the room's log. */
  record Place(String epoch, long seq) {
    boolean isFollowedBy(Place next) {
      return next.epoch.equals(epoch) && next.seq == seq + 1;
    }

    @Override
    public String toString() {
      return epoch + "/" + seq;
    }
  }

  /**
   * What a writer was told of its message.
   *
   * @param clientId the id that the writer gave it
   * @param isDuplicate whether the server had it already
   * @param sentNanos when it was sent for the first time
   */
  record Ack(
      String clientId,
      Place place,
      String messageId,
      boolean isDuplicate,
      long sentNanos,
      long ackedNanos) {}

  /** One person's view of the room, in the order in which it came, over all connections. */
  record Reader(String name, List<Sight> sights) {
    Reader {
      sights = List.copyOf(sights);
    }
  }

  /** What one reader came to know. */
  sealed interface Sight {
    Place place();

    long nanos();
  }

  /** It entered for the first time; what is after the place is promised to it. */
  record Entered(Place place, long nanos) implements Sight {}

  /** It came back and was told {@code recovered: true}. */
  record Resumed(Place place, long nanos) implements Sight {}

  /** It was told that continuity was lost; what is after the place is promised to it. */
  record Broken(String reason, Place place, long nanos) implements Sight {}

  /** It saw a message. */
  record Seen(Place place, String messageId, String clientId, int server, long nanos)
      implements Sight {}
}
