package agentcore.core.transport;

import agentcore.core.connection.Charge;
import agentcore.core.connection.Recipient;
import agentcore.core.connection.SendBudget;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

/**
 * The write of one answer over plain HTTP. The answer is charged to the budget of all that is sent
 * until the client has taken it, in steps, each of which has a time limit: a client that reads
 * slowly gets the whole answer, and one that does not read is cut.
 *
 * <p>The files of the page are in memory once however many clients read them, and are charged all
 * the same: they are small.
 */
final class HttpWrite implements Recipient {
  private static final int STEP_BYTES = 16 * 1024;

  /** An answer that is not taken after so many times the limit of a step is given up. */
  private static final int MAX_STEPS_TIME = 10;

  private final SendBudget budget;
  private final Charge charge;
  private final Duration stepTimeout;
  private final Runnable cut;
  private volatile long pendingBytes;
  private volatile long progressNanos = System.nanoTime();

  /**
   * Prepares a write.
   *
   * @param stepTimeout for the client to take a part
   * @param cut ends the connection at once, from any thread
   */
  HttpWrite(SendBudget budget, Duration stepTimeout, Runnable cut) {
    this.budget = budget;
    this.charge = new Charge(budget);
    this.stepTimeout = stepTimeout;
    this.cut = cut;
  }

  /**
   * Writes all; blocks while the client does not read.
   *
   * @throws IOException if the client is gone, or was cut
   */
  void write(OutputStream out, byte[] head, byte[] body) throws IOException {
    pendingBytes = head.length + (long) body.length;
    charge.set(pendingBytes);
    budget.add(this);
    try {
      long deadlineNanos = System.nanoTime() + stepTimeout.multipliedBy(MAX_STEPS_TIME).toNanos();
      byte[] first = first(head, body);
      step(out, first, 0, first.length, deadlineNanos);
      for (int at = first.length - head.length; at < body.length; at += STEP_BYTES) {
        step(out, body, at, Math.min(STEP_BYTES, body.length - at), deadlineNanos);
      }
    } finally {
      budget.remove(this);
      charge.close();
    }
  }

  /** Most answers are small, and are one packet with their head. */
  private static byte[] first(byte[] head, byte[] body) {
    int ofBody = Math.min(body.length, STEP_BYTES);
    byte[] first = new byte[head.length + ofBody];
    System.arraycopy(head, 0, first, 0, head.length);
    System.arraycopy(body, 0, first, head.length, ofBody);
    return first;
  }

  private void step(OutputStream out, byte[] bytes, int at, int length, long deadlineNanos)
      throws IOException {
    long leftNanos = Math.max(0, deadlineNanos - System.nanoTime());
    Duration limit = Duration.ofNanos(Math.min(stepTimeout.toNanos(), leftNanos));
    Deadline.limit(limit, cut, () -> out.write(bytes, at, length));
    progressNanos = System.nanoTime();
  }

  @Override
  public long pendingBytes() {
    return pendingBytes;
  }

  @Override
  public boolean isStuck(long nanos) {
    return System.nanoTime() - progressNanos >= nanos;
  }

  @Override
  public void end() {
    pendingBytes = 0;
    charge.leave();
    cut.run();
  }
}
