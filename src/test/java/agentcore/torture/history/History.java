package agentcore.torture.history;

import java.util.List;

/**
 * What the clients of one room sent and received. Times are from {@link System#nanoTime}.
 *
 * @param room the room's name
 * @param acks the acknowledgements its writers received
 * @param readers what each reader received
 * @param lossesNanos when the store lost data on purpose; empty if it never did
 */
public record History(String room, List<Ack> acks, List<Reader> readers, List<Long> lossesNanos) {
  public History {
    acks = List.copyOf(acks);
    readers = List.copyOf(readers);
    lossesNanos = List.copyOf(lossesNanos);
  }

  /** A position in the room's log. */
  public record Position(String epoch, long seq) {
    boolean isFollowedBy(Position next) {
      return isSameEpoch(next) && next.seq == seq + 1;
    }

    /** Returns whether this position is beyond another, perhaps of an earlier epoch. */
    boolean isAfter(Position other) {
      long generation = generation() - other.generation();
      return generation > 0 || (generation == 0 && seq > other.seq);
    }

    boolean isSameEpoch(Position other) {
      return epoch.equals(other.epoch);
    }

    /** Returns the number with which the epoch begins. */
    private long generation() {
      String number = epoch.split("\\.", 2)[0];
      return number.matches("[0-9]+") ? Long.parseLong(number) : 0;
    }

    @Override
    public String toString() {
      return epoch + "/" + seq;
    }
  }

  /**
   * The acknowledgement of a message.
   *
   * @param sender the client that sent the message
   * @param clientId the id that the sender gave the message
   * @param isDuplicate whether the server already had the message
   * @param sends how often it was sent
   * @param sentNanos when the message was first sent
   */
  public record Ack(
      String sender,
      String clientId,
      Position position,
      String messageId,
      boolean isDuplicate,
      int sends,
      long sentNanos,
      long ackedNanos) {}

  /** One client's view of the room: everything it received, in order, over all its connections. */
  public record Reader(String name, List<Observation> observations) {
    public Reader {
      observations = List.copyOf(observations);
    }
  }

  /** One thing that a reader received. */
  public sealed interface Observation {
    Position position();

    long nanos();
  }

  /** It joined for the first time and must receive everything after this position. */
  public record Joined(Position position, long nanos) implements Observation {}

  /** It rejoined and received {@code recovered: true}. */
  public record Resumed(Position position, long nanos) implements Observation {}

  /** It was notified that continuity was lost, and must receive everything after this position. */
  public record Reset(String reason, Position position, long nanos) implements Observation {}

  /** It received a message. */
  public record Seen(Position position, String messageId, String clientId, int server, long nanos)
      implements Observation {}
}
