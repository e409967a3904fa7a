package agentcore.cli.bench;

import agentcore.cli.bench.socket.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/**
 * One member of a room as a receiver: finds the messages of this run among the frames, and checks
 * that each arrives once and in order.
 *
 * <p>The frames of a room look alike, so each search first tries the place where the last one
 * succeeded.
 */
final class Receiver {
  enum Verdict {
    IN_ORDER,
    /** New, but a later message arrived before it. */
    REORDERED,
    DUPLICATE
  }

  private static final byte[] SEQ = "\"seq\":".getBytes(StandardCharsets.US_ASCII);
  private static final int NOWHERE = -1;
  private static final long NO_SEQ = -1;

  private final int room;
  private final byte[] mark;
  private final int[] highest;
  private final Set<Long> missing = new HashSet<>();
  private long lastSeq = NO_SEQ;
  private int textAt;
  private int seqAt;

  /**
   * Creates a receiver that has seen nothing yet.
   *
   * @param mark of this run's texts
   * @param senders how many send in its room
   */
  Receiver(int room, byte[] mark, int senders) {
    this.room = room;
    this.mark = mark;
    this.highest = new int[senders];
  }

  int room() {
    return room;
  }

  /** Returns where the text of a message of this run begins in a frame's payload, or -1. */
  int find(byte[] bytes, int from, int to) {
    if (Bytes.matches(mark, bytes, from + textAt, to)) {
      return from + textAt;
    }
    int at = Bytes.find(mark, bytes, from, to);
    if (at < 0 || at + ChatText.MIN_BYTES > to) {
      return NOWHERE;
    }
    textAt = at - from;
    return at;
  }

  /**
   * Checks the message whose text begins at {@code at}.
   *
   * @param sender its index among the senders of this room
   */
  Verdict check(int sender, byte[] bytes, int at, int from, int to) {
    int number = ChatText.number(bytes, at);
    long seq = seq(bytes, from, to);
    if (number <= highest[sender]) {
      return missing.remove(key(sender, number)) ? Verdict.REORDERED : Verdict.DUPLICATE;
    }
    for (int skipped = highest[sender] + 1; skipped < number; skipped++) {
      missing.add(key(sender, skipped));
    }
    highest[sender] = number;
    if (seq == NO_SEQ || seq > lastSeq) {
      lastSeq = seq;
      return Verdict.IN_ORDER;
    }
    return Verdict.REORDERED;
  }

  private static long key(int sender, int number) {
    return (long) sender << 32 | number;
  }

  private long seq(byte[] bytes, int from, int to) {
    if (seqAt == NOWHERE) {
      return NO_SEQ; // this server does not number its messages
    }
    if (!Bytes.matches(SEQ, bytes, from + seqAt, to)) {
      int at = Bytes.find(SEQ, bytes, from, to);
      seqAt = at < 0 ? NOWHERE : at - from;
      return at < 0 ? NO_SEQ : Bytes.number(bytes, at + SEQ.length);
    }
    return Bytes.number(bytes, from + seqAt + SEQ.length);
  }
}
