package agentcore.cli.bench;

import java.util.HashSet;
import java.util.Set;

/**
 * What one receiver has seen of each sender, and of its room's log: whether all came, once, in
 * order.
 */
final class Checker {
  /** Stands for the seq of a message that has none: not every server numbers them. */
  static final long NO_SEQ = -1;

  enum Verdict {
    IN_ORDER,
    /** New, but something later came before it. */
    REORDERED,
    /** It was here before. */
    DUPLICATE
  }

  private final int[] highest;
  private final Set<Long> missing = new HashSet<>();
  private long lastSeq = NO_SEQ;

  Checker(int senders) {
    this.highest = new int[senders];
  }

  /**
   * Judges one message.
   *
   * @param sender of this room, from 0
   * @param number among the sender's messages, from 1
   * @param seq its place in the room's log
   */
  Verdict saw(int sender, int number, long seq) {
    if (number <= highest[sender]) {
      return missing.remove(key(sender, number)) ? Verdict.REORDERED : Verdict.DUPLICATE;
    }
    for (int left = highest[sender] + 1; left < number; left++) {
      missing.add(key(sender, left));
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
}
