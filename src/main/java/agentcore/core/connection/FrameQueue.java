package agentcore.core.connection;

import java.util.ArrayDeque;

/**
 * The frames that wait in one outbox, and their accounting. Not safe for several threads: the
 * outbox calls it under its lock.
 *
 * <p>The bytes of a frame are charged to the shared budget from the moment that it is added until
 * its write has returned.
 */
final class FrameQueue {
  /**
   * The shared budget is charged in steps of this size, and the first step is free: most events
   * find an empty outbox, and then no counter that all threads share is touched.
   */
  private static final int CHARGE_BYTES = 4 * 1024;

  private static final byte[] NOTHING = new byte[0];

  private final long maxBytes;
  private final SendBudget.Charge charge;
  private final ArrayDeque<byte[]> waiting = new ArrayDeque<>(2);
  private ArrayDeque<byte[]> held = new ArrayDeque<>(2);
  private boolean isHolding;

  /** The part of a batch that the peer has not accepted. */
  private byte[] unsent = NOTHING;

  /** Bytes of the frames in {@code waiting} and {@code held}, which {@code maxBytes} limits. */
  private long waitingBytes;

  /** Bytes that a flusher holds until its write has returned. */
  private long writingBytes;

  /** Bytes of replies whose thread waits for room. */
  private long blockedBytes;

  private long chargedBytes;

  FrameQueue(long maxBytes, SendBudget budget) {
    this.maxBytes = maxBytes;
    this.charge = budget.charge();
  }

  boolean hasRoom(long bytes) {
    return waitingBytes + bytes <= maxBytes;
  }

  /** Says whether a reply fits: with nothing to be written, a reply of any size does. */
  boolean hasRoomForReply(long bytes) {
    return waiting.isEmpty() || hasRoom(bytes);
  }

  void add(byte[] frame) {
    waiting.add(frame);
    waitingBytes += frame.length;
    account();
  }

  /** Adds an event, which waits behind the replies while events are held. */
  void addEvent(byte[] frame) {
    (isHolding ? held : waiting).add(frame);
    waitingBytes += frame.length;
    account();
  }

  /** Counts a reply whose thread waits for room; a negative number ends that. */
  void addBlocked(long bytes) {
    blockedBytes += bytes;
    account();
  }

  void hold() {
    isHolding = true;
  }

  void release() {
    if (isHolding) {
      isHolding = false;
      waiting.addAll(held);
      held = new ArrayDeque<>(2);
    }
  }

  /** Says whether no frame waits to be written. */
  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Moves the next frames into a batch and charges them as being written; false if none waits. */
  boolean moveTo(Batch batch) {
    batch.begin(unsent);
    unsent = NOTHING;
    if (batch.length() == 0 && !waiting.isEmpty()) {
      batch.take(waiting);
      waitingBytes -= batch.length();
    }
    writingBytes = batch.length();
    account();
    return writingBytes > 0;
  }

  /**
   * Takes back what was not written of a batch; it is not dropped, since it may begin in a frame.
   */
  void keep(Batch batch, int written) {
    unsent = batch.rest(written);
    writingBytes = unsent.length;
    account();
  }

  void dropHeld() {
    for (byte[] frame : held) {
      waitingBytes -= frame.length;
    }
    held.clear();
    account();
  }

  void clear() {
    waiting.clear();
    held.clear();
    waitingBytes = 0;
    account();
  }

  /** Forgets the write that failed, and all that waits. */
  void abandon() {
    writingBytes = 0;
    unsent = NOTHING;
    clear();
  }

  /** Marks the charged bytes as leaving: the connection is closing. */
  void leave() {
    charge.leave();
  }

  long totalBytes() {
    return waitingBytes + writingBytes + blockedBytes;
  }

  long chargedBytes() {
    return chargedBytes;
  }

  /** Charges in steps, and reduces the charge when half of it is no longer needed. */
  private void account() {
    long bytes = totalBytes();
    if (bytes > chargedBytes + CHARGE_BYTES || (chargedBytes > 0 && bytes <= chargedBytes / 2)) {
      chargedBytes = bytes / CHARGE_BYTES * CHARGE_BYTES;
      charge.set(chargedBytes);
    }
  }
}
