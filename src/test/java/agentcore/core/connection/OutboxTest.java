package agentcore.core.connection;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.metrics.Metrics;
import agentcore.testkit.Await;
import agentcore.testkit.RecordingWire;
import agentcore.testkit.Together;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What waits, in which order it goes out, and what happens when it is too much. In one file, since
 * each test needs the same outbox and its wire.
 */
class OutboxTest {
  private static final int BOUND = 1000;

  private final RecordingWire wire = new RecordingWire();
  private final SendBudget total = new SendBudget(100_000, List.of());
  private final Outbox outbox = outbox(BOUND);

  private Outbox outbox(int bound) {
    return new Outbox(
        wire,
        new Flusher(),
        new SendLimits(bound, total, new Metrics().slowConsumers),
        System::nanoTime);
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

  /** What ends an outbox. */
  @FunctionalInterface
  interface Ending {
    void end(Outbox outbox);
  }

  /** Puts a reply, for which there is room. */
  private static void put(Outbox to, byte[] frame) {
    Thread asker = putLater(to, frame);
    Await.until("room", () -> !asker.isAlive());
  }

  /** Has a thread put a reply. */
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

  /** Has a frame stuck in a write, so that what comes next waits. */
  private void stick(Outbox stuck) {
    wire.block();
    stuck.offer(bytes("0"));
    Await.until("a write", wire::isWriting);
  }

  @Test
  void whatIsOfferedIsWrittenInOrder() {
    for (int i = 0; i < 10; i++) {
      assertTrue(outbox.offer(bytes("" + i)));
    }
    awaitWritten("0123456789");
    Await.until("nothing waits", () -> outbox.queuedBytes() == 0);
  }

  @Test
  void whatWaitsGoesOutInOneWrite() {
    stick(outbox);
    IntStream.range(1, 9).forEach(i -> outbox.offer(bytes("" + i)));
    wire.unblock();
    awaitWritten("012345678");
    assertEquals(List.of(1, 8), wire.writes());
  }

  @Test
  void aWriteIsAtMost64KibAndALargerFrameTakesSeveral() {
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
  void manyOfferersKeepTheirOrderAndNothingIsLost() {
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
  void eventsThatAreHeldFollowTheRepliesAndControlFramesDoNotWait() {
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
  void releasingWhatIsNotHeldIsHarmless() {
    outbox.release();
    outbox.hold();
    outbox.release();
    outbox.release();
    outbox.offer(bytes("x"));
    awaitWritten("x");
  }

  @Test
  void anEventThatDoesNotFitDropsEverythingAndSaysSo() {
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
  void aFrameLargerThanTheBoundIsRefusedAsAnEventAndTakenAsAReply() {
    put(outbox, new byte[BOUND * 2]);
    Await.until("the reply", () -> wire.bytes().length == BOUND * 2);
    assertFalse(outbox.offer(new byte[BOUND + 1]));
  }

  @Test
  void aReplyWaitsForRoomAndGoesOn() throws InterruptedException {
    stick(outbox);
    outbox.offer(new byte[800]);
    Thread asker = putLater(outbox, new byte[300]);
    Await.until("it waits", () -> asker.getState() == Thread.State.WAITING);
    assertEquals(1 + 800 + 300, outbox.queuedBytes(), "nothing was dropped");
    wire.unblock();
    asker.join();
    Await.until("all", () -> wire.bytes().length == 1101);
    Await.until("nothing waits", () -> outbox.queuedBytes() == 0);
  }

  @Test
  void aReplyNeverWaitsForEventsThatAreHeldBehindIt() {
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
  void aReplyThatWaitsIsWokenByEveryKindOfEnd(Ending ending) {
    stick(outbox);
    outbox.offer(new byte[BOUND]);
    Thread asker = putLater(outbox, new byte[300]);
    Await.until("it waits", () -> asker.getState() == Thread.State.WAITING);
    ending.end(outbox);
    Await.until("it goes on", () -> !asker.isAlive());
    wire.unblock();
  }

  @Test
  void anInterruptEndsTheWaitForRoom() {
    stick(outbox);
    outbox.offer(new byte[BOUND]);
    Thread asker = putLater(outbox, new byte[300]);
    Await.until("it waits", () -> asker.getState() == Thread.State.WAITING);
    asker.interrupt();
    Await.until("it goes on", () -> !asker.isAlive());
    assertEquals(1 + BOUND, outbox.queuedBytes());
    wire.unblock();
  }

  @Test
  void theCloseFrameComesBehindWhatWaitsAndNothingElseDoes() {
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
  void theCloseFrameIsTakenThoughTheOutboxBeFull() {
    stick(outbox);
    outbox.offer(new byte[BOUND]);
    outbox.finish(bytes("close"));
    wire.unblock();
    Await.until("finished", () -> wire.finishedCount() == 1);
    assertEquals(BOUND + 6, wire.bytes().length);
  }

  @Test
  void anEmptyOutboxIsFinishedToo() {
    outbox.finish(bytes("close"));
    awaitWritten("close");
    Await.until("finished", () -> wire.finishedCount() == 1);
    outbox.finish(bytes("again"));
    outbox.close();
    outbox.finish(bytes("again"));
    assertEquals("close", written());
  }

  @Test
  void aControlFrameThatDoesNotFitIsDroppedAndNothingElseIs() {
    stick(outbox);
    outbox.offer(new byte[BOUND]);
    outbox.offerControl(bytes("ping"));
    wire.unblock();
    Await.until("all", () -> outbox.queuedBytes() == 0 && !wire.isWriting());
    outbox.offer(bytes("x"));
    Await.until("x", () -> wire.bytes().length == BOUND + 2);
  }

  static List<RecordingWire.Failure> failures() {
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
  void aWriteThatFailsLeavesItClosedAndNeverDraining(RecordingWire.Failure failure) {
    stick(outbox);
    outbox.offer(new byte[500]);
    outbox.hold();
    outbox.offer(new byte[100]);
    wire.failWith(failure);
    Await.until("cut", wire::isCut);
    assertEquals(0, outbox.queuedBytes());
    assertTrue(outbox.offer(new byte[1]), "taken and dropped");
    put(outbox, new byte[BOUND * 2]);
    outbox.release();
    outbox.finish(bytes("close"));
    assertEquals(0, outbox.queuedBytes());
    assertEquals(0, wire.bytes().length);
    assertEquals(0, wire.finishedCount());
  }

  @Test
  void bytesAreChargedToTheTotalInStepsAndGivenBack() {
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
  void everyEndGivesBackWhatWasCharged() {
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
