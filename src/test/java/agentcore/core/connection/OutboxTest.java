package agentcore.core.connection;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.testkit.Await;
import agentcore.testkit.RecordingSocket;
import agentcore.testkit.Together;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The order in which frames are sent, and what happens when too many wait. */
class OutboxTest {
  private static final int BOUND = 1000;

  private final RecordingSocket wire = new RecordingSocket();
  private final SendBudget total = new SendBudget(100_000, List.of());
  private final Outbox outbox = outbox(BOUND);

  private Outbox outbox(int bound) {
    return new Outbox(wire, new Flusher(Flusher.PAUSE), bound, total, System::nanoTime);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(ISO_8859_1);
  }

  private String written() {
    return new String(wire.bytes(), ISO_8859_1);
  }

  private void awaitWritten(String text) {
    Await.until(text, () -> written().length() >= text.length());
    assertEquals(text, written());
  }

  /** A way in which an outbox ends. */
  @FunctionalInterface
  interface Ending {
    void end(Outbox outbox);
  }

  /** Puts a reply that has room. */
  private static void put(Outbox to, byte[] frame) {
    Thread asker = putLater(to, frame);
    Await.until("room", () -> !asker.isAlive());
  }

  /** Starts a thread that puts a reply. */
  private static Thread putLater(Outbox to, byte[] frame) {
    return Thread.ofVirtual()
        .start(
            () -> {
              try {
                to.put(frame);
              } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
              }
            });
  }

  /** Blocks in the write of a frame, so that the next frames wait. */
  private void stick(Outbox stuck) {
    wire.block();
    stuck.offer(bytes("0"));
    Await.until("a write", wire::isWriting);
  }

  @Test
  void framesAreWrittenInOrder() {
    for (int i = 0; i < 10; i++) {
      assertTrue(outbox.offer(bytes("" + i)));
    }
    awaitWritten("0123456789");
    Await.until("an empty outbox", () -> outbox.queuedBytes() == 0);
  }

  @Test
  void waitingFramesAreSentInOneWrite() {
    stick(outbox);
    IntStream.range(1, 9).forEach(i -> outbox.offer(bytes("" + i)));
    wire.unblock();
    awaitWritten("012345678");
    assertEquals(List.of(1, 8), wire.writes());
  }

  @Test
  void writeIsAtMost64KibAndALargerFrameTakesSeveral() {
    Outbox large = outbox(1_000_000);
    stick(large);
    IntStream.range(0, 5).forEach(i -> large.offer(new byte[30_000]));
    large.offer(new byte[100_000]);
    large.offer(new byte[10]);
    wire.unblock();
    Await.until("all", () -> wire.bytes().length == 250_011);
    assertEquals(List.of(1, 60_000, 60_000, 30_000, 65_536, 34_464, 10), wire.writes());
  }

  @Test
  void concurrentOffersKeepTheirOrderAndNoneIsLost() {
    Outbox large = outbox(100_000_000);
    int offerers = 8;
    int each = 2000;
    Together.run(
        offerers,
        offerer -> {
          for (int i = 0; i < each; i++) {
            assertTrue(large.offer(new byte[] {(byte) offerer, (byte) (i >> 8), (byte) i}));
          }
          return 0;
        });
    Await.until("all", () -> wire.bytes().length == 3 * offerers * each);
    byte[] all = wire.bytes();
    int[] next = new int[offerers];
    for (int at = 0; at < all.length; at += 3) {
      int number = (all[at + 1] & 0xff) << 8 | (all[at + 2] & 0xff);
      assertEquals(next[all[at]]++, number, "of offerer " + all[at]);
    }
    assertEquals(0, total.taken());
  }

  @Test
  void heldEventsFollowTheRepliesAndControlFramesDoNotWait() {
    outbox.hold();
    outbox.offer(bytes("e"));
    outbox.offer(bytes("f"));
    put(outbox, bytes("r"));
    outbox.offerControl(bytes("c"));
    put(outbox, bytes("s"));
    awaitWritten("rcs");
    outbox.release();
    awaitWritten("rcsef");
    outbox.offer(bytes("g"));
    awaitWritten("rcsefg");
  }

  @Test
  void releaseWithoutHoldIsHarmless() {
    outbox.release();
    outbox.hold();
    outbox.release();
    outbox.release();
    outbox.offer(bytes("x"));
    awaitWritten("x");
  }

  @Test
  void eventThatDoesNotFitDropsEverythingAndReturnsFalse() {
    stick(outbox);
    assertTrue(outbox.offer(new byte[600]));
    assertTrue(outbox.offer(new byte[400]));
    assertFalse(outbox.offer(new byte[1]));
    assertEquals(1, outbox.queuedBytes(), "only what is being written");
    assertTrue(outbox.offer(new byte[1]), "it is ending already");
    put(outbox, new byte[1]);
    outbox.offerControl(new byte[1]);
    outbox.finish(bytes("close"));
    wire.unblock();
    awaitWritten("0close");
    Await.until("finished", () -> wire.finishedCount() == 1);
  }

  @Test
  void heldEventsCountToo() {
    outbox.hold();
    assertTrue(outbox.offer(new byte[BOUND]));
    assertFalse(outbox.offer(new byte[1]));
  }

  @Test
  void frameLargerThanTheBoundIsRefusedAsEventAndAcceptedAsReply() {
    put(outbox, new byte[BOUND * 2]);
    Await.until("the reply", () -> wire.bytes().length == BOUND * 2);
    assertFalse(outbox.offer(new byte[BOUND + 1]));
  }

  @Test
  void replyWaitsForRoom() throws InterruptedException {
    stick(outbox);
    outbox.offer(new byte[800]);
    Thread asker = putLater(outbox, new byte[300]);
    Await.until("a waiting reply", () -> asker.getState() == Thread.State.WAITING);
    assertEquals(1 + 800 + 300, outbox.queuedBytes(), "nothing was dropped");
    wire.unblock();
    asker.join();
    Await.until("all", () -> wire.bytes().length == 1101);
    Await.until("an empty outbox", () -> outbox.queuedBytes() == 0);
  }

  @Test
  void replyNeverWaitsForEventsThatAreHeldBehindIt() {
    outbox.hold();
    outbox.offer(new byte[800]);
    Thread asker = putLater(outbox, new byte[300]);
    Await.until("the reply", () -> wire.bytes().length == 300);
    Await.until("the asker", () -> !asker.isAlive());
  }

  static List<Ending> ends() {
    return List.of(Outbox::close, Outbox::overflow, outbox -> outbox.finish(bytes("close")));
  }

  @ParameterizedTest
  @MethodSource("ends")
  void everyKindOfEndWakesAWaitingReply(Ending ending) {
    stick(outbox);
    outbox.offer(new byte[BOUND]);
    Thread asker = putLater(outbox, new byte[300]);
    Await.until("a waiting reply", () -> asker.getState() == Thread.State.WAITING);
    ending.end(outbox);
    Await.until("the end of the wait", () -> !asker.isAlive());
    wire.unblock();
  }

  @Test
  void interruptEndsTheWaitForRoom() {
    stick(outbox);
    outbox.offer(new byte[BOUND]);
    Thread asker = putLater(outbox, new byte[300]);
    Await.until("a waiting reply", () -> asker.getState() == Thread.State.WAITING);
    asker.interrupt();
    Await.until("the end of the wait", () -> !asker.isAlive());
    assertEquals(1 + BOUND, outbox.queuedBytes());
    wire.unblock();
  }

  @Test
  void closeFrameFollowsTheWaitingFramesAndNothingFollowsIt() {
    stick(outbox);
    outbox.offer(bytes("1"));
    outbox.hold();
    outbox.offer(bytes("h"));
    outbox.finish(bytes("close"));
    outbox.offer(bytes("x"));
    put(outbox, bytes("y"));
    outbox.offerControl(bytes("z"));
    outbox.release();
    wire.unblock();
    awaitWritten("01close");
    Await.until("finished", () -> wire.finishedCount() == 1);
    assertFalse(wire.isCut());
  }

  @Test
  void closeFrameIsAcceptedByAFullOutbox() {
    stick(outbox);
    outbox.offer(new byte[BOUND]);
    outbox.finish(bytes("close"));
    wire.unblock();
    Await.until("finished", () -> wire.finishedCount() == 1);
    assertEquals(BOUND + 6, wire.bytes().length);
  }

  @Test
  void emptyOutboxSendsItsCloseFrame() {
    outbox.finish(bytes("close"));
    awaitWritten("close");
    Await.until("finished", () -> wire.finishedCount() == 1);
    outbox.finish(bytes("again"));
    outbox.close();
    outbox.finish(bytes("again"));
    assertEquals("close", written());
  }

  @Test
  void controlFrameThatDoesNotFitIsDroppedAlone() {
    stick(outbox);
    outbox.offer(new byte[BOUND]);
    outbox.offerControl(bytes("ping"));
    wire.unblock();
    Await.until("all", () -> outbox.queuedBytes() == 0 && !wire.isWriting());
    outbox.offer(bytes("x"));
    Await.until("x", () -> wire.bytes().length == BOUND + 2);
  }

  static List<RecordingSocket.Failure> failures() {
    return List.of(
        () -> {
          throw new IOException("gone");
        },
        () -> {
          throw new IllegalStateException("defect");
        },
        () -> {
          throw new OutOfMemoryError("defect");
        },
        () -> {
          throw new StackOverflowError("defect");
        });
  }

  @ParameterizedTest
  @MethodSource("failures")
  void failedWriteClosesTheOutboxAndEndsDraining(RecordingSocket.Failure failure) {
    stick(outbox);
    outbox.offer(new byte[500]);
    outbox.hold();
    outbox.offer(new byte[100]);
    wire.failWith(failure);
    Await.until("cut", wire::isCut);
    assertEquals(0, outbox.queuedBytes());
    assertTrue(outbox.offer(new byte[1]), "accepted and dropped");
    put(outbox, new byte[BOUND * 2]);
    outbox.release();
    outbox.finish(bytes("close"));
    assertEquals(0, outbox.queuedBytes());
    assertEquals(0, wire.bytes().length);
    assertEquals(0, wire.finishedCount());
  }

  @Test
  void bytesAreChargedToTheBudgetInStepsAndReturned() {
    Outbox large = outbox(50_000);
    stick(large);
    assertEquals(0, total.taken(), "the first step is free");
    IntStream.range(0, 40).forEach(i -> large.offer(new byte[1000]));
    assertTrue(total.taken() > 40_000 - 4096 - 1000, "" + total.taken());
    assertTrue(total.taken() <= 40_000, "" + total.taken());
    wire.unblock();
    Await.until("all", () -> large.queuedBytes() == 0);
    assertEquals(0, total.taken());
  }

  @Test
  void everyEndReturnsTheChargedBytes() {
    List<Outbox> many = IntStream.range(0, 4).mapToObj(i -> outbox(50_000)).toList();
    for (Outbox each : many) {
      each.hold();
      each.offer(new byte[20_000]);
    }
    assertTrue(total.taken() > 60_000);
    many.get(0).close();
    many.get(1).overflow();
    assertFalse(many.get(2).offer(new byte[40_000]));
    many.get(3).finish(bytes("close"));
    Await.until("finished", () -> wire.finishedCount() == 1);
    assertEquals(0, total.taken());
  }
}
