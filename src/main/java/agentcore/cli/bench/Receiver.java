package agentcore.cli.bench;

import java.nio.charset.StandardCharsets;

/**
 * One member of a room as it receives: finds our messages, and checks them.
 *
 * <p>The frames of a room look alike, so what was searched for once is looked for at the same place
 * first.
 */
final class Receiver {
  private static final byte[] SEQ = "\"seq\":".getBytes(StandardCharsets.US_ASCII);
  private static final int NOWHERE = -1;

  private final int room;
  private final byte[] mark;
  private final Checker checker;
  private int textAt;
  private int seqAt;

  /**
   * Makes one that has seen nothing yet.
   *
   * @param mark of this run's texts
   * @param senders in its room
   */
  Receiver(int room, byte[] mark, int senders) {
    this.room = room;
    this.mark = mark;
    this.checker = new Checker(senders);
  }

  int room() {
    return room;
  }

  /** Returns where in a frame's payload a text of ours begins, or -1. */
  int find(byte[] bytes, int from, int to) {
    if (Digits.stands(mark, bytes, from + textAt, to)) {
      return from + textAt;
    }
    int at = Digits.find(mark, bytes, from, to);
    if (at < 0 || at + ChatText.MIN_BYTES > to) {
      return NOWHERE;
    }
    textAt = at - from;
    return at;
  }

  /**
   * Judges the message whose text is at {@code at}.
   *
   * @param sender its place among the senders of this room
   */
  Checker.Verdict check(int sender, byte[] bytes, int at, int from, int to) {
    return checker.saw(sender, ChatText.number(bytes, at), seq(bytes, from, to));
  }

  private long seq(byte[] bytes, int from, int to) {
    if (seqAt == NOWHERE) {
      return Checker.NO_SEQ; // this server does not number its messages
    }
    if (!Digits.stands(SEQ, bytes, from + seqAt, to)) {
      int at = Digits.find(SEQ, bytes, from, to);
      seqAt = at < 0 ? NOWHERE : at - from;
      return at < 0 ? Checker.NO_SEQ : Digits.read(bytes, at + SEQ.length);
    }
    return Digits.read(bytes, from + seqAt + SEQ.length);
  }
}
