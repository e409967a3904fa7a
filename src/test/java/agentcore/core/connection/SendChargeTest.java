package agentcore.core.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.backend.BackendException;
import agentcore.core.message.CloseCode;
import agentcore.core.metrics.Metrics;
import agentcore.testkit.Await;
import agentcore.testkit.RecordingSocket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What connections charge to the shared budget, and how they return it. */
class SendChargeTest {
  private static final int TOTAL = 1_000_000;

  private final ConnectionRegistry registry =
      new ConnectionRegistry(new ConnectionLimits(100, 100, 10 * TOTAL, TOTAL), new Metrics());
  private final SendBudget budget = registry.sendBudget();
  private final Map<Connection, RecordingSocket> wires = new HashMap<>();

  @AfterEach
  void unblockAll() {
    wires.values().forEach(RecordingSocket::unblock);
  }

  private Connection connected(String user) {
    RecordingSocket wire = new RecordingSocket();
    Connection made = registry.create(user, wire);
    wires.put(made, wire);
    registry.add(made);
    made.done(); // it has been greeted
    return made;
  }

  /** Connects a client that is blocked in a write of {@code bytes}. */
  private Connection blocked(String user, int bytes) {
    Connection made = connected(user);
    wire(made).block();
    made.offer(new byte[bytes]);
    Await.until("it is in a write", wire(made)::isWriting);
    return made;
  }

  private RecordingSocket wire(Connection connection) {
    RecordingSocket wire = wires.get(connection);
    assertTrue(wire != null);
    return wire;
  }

  private void awaitTooSlow(Connection connection) {
    Await.until("too slow", () -> connection.endCode.get() == CloseCode.TOO_SLOW.number());
  }

  private void awaitNothingCharged() {
    Await.until("no charge", () -> budget.taken() == 0);
  }

  @Test
  void closingConnectionDoesNotProtectOthersFromBeingClosed() {
    Connection closing = blocked("closing", 1000);
    closing.close(CloseCode.NORMAL);
    Await.until("it is stuck", () -> closing.isStuck(LoadShedder.STUCK_NANOS));
    Connection full = blocked("full", 1000);
    for (int i = 0; i < 500; i++) {
      full.offer(new byte[10_000]);
    }
    awaitTooSlow(full);
    assertTrue(full.outbox.queuedBytes() <= 1100, "what is being written, and the close frame");
    assertEquals(CloseCode.NORMAL.number(), closing.endCode.get());
  }

  @Test
  void bytesInABlockedWriteAreChargedUntilTheWriteHasReturned() {
    Connection reader = blocked("reader", 500_000);
    assertTrue(budget.taken() > 490_000, "" + budget.taken());
    assertEquals(500_000, reader.outbox.queuedBytes());
    wire(reader).unblock();
    Await.until("written", () -> wire(reader).bytes().length == 500_000);
    awaitNothingCharged();
  }

  @Test
  void replyThatWaitsForRoomIsCharged() {
    Connection reader = blocked("reader", 1000);
    reader.offer(new byte[1000]);
    assertTrue(budget.taken() < 10_000);
    Thread asker = Thread.ofVirtual().start(() -> reader.reply(new byte[10 * TOTAL]));
    awaitTooSlow(reader);
    Await.until("the reply is dropped", () -> !asker.isAlive());
    wire(reader).unblock();
    awaitNothingCharged();
  }

  /** Only a cut ends a blocked write. */
  @Test
  void stuckConnectionIsCutSoThatItsWriteEnds() {
    Connection stuck = blocked("stuck", 600_000);
    Await.until("it is stuck", () -> stuck.isStuck(LoadShedder.STUCK_NANOS));
    Connection reads = connected("reads");
    reads.hold();
    reads.offer(new byte[500_000]);
    Await.until("it is cut", () -> wire(stuck).isCut());
    assertEquals(CloseCode.TOO_SLOW.number(), stuck.endCode.get());
    assertFalse(reads.hasEnded());
    reads.done();
    awaitNothingCharged();
  }

  @Test
  void reservationIsReleasedWithTheRequestAndWithTheConnection() {
    Connection reader = connected("reader");
    reader.begin();
    reader.reserve(1000, 200_000);
    reader.reserve(1000, 300_000);
    assertEquals(300_000, budget.taken());
    reader.done();
    assertEquals(0, budget.taken());
    reader.reserve(1000, 200_000);
    reader.streamEnded();
    assertEquals(0, budget.taken());
  }

  @Test
  void reservationHoldsNoMemoryWhileTheOutboxHasNoRoom() {
    Connection reader = blocked("reader", 1000);
    reader.offer(new byte[1000]);
    Thread asker =
        Thread.ofVirtual()
            .start(
                () -> {
                  reader.reserve(10 * TOTAL, 300_000);
                  reader.done();
                });
    Await.until("it waits", () -> asker.getState() == Thread.State.WAITING);
    assertTrue(budget.taken() < 10_000, "" + budget.taken());
    wire(reader).unblock();
    Await.until("the end of the wait", () -> !asker.isAlive());
    awaitNothingCharged();
  }

  @Test
  void nothingIsReservedForAPeerThatIsGone() {
    Connection gone = connected("gone");
    gone.streamEnded();
    assertThrows(BackendException.class, () -> gone.reserve(1000, 300_000));
    assertEquals(0, budget.taken());
    Connection closing = blocked("closing", 1000);
    closing.close(CloseCode.NORMAL);
    assertThrows(BackendException.class, () -> closing.reserve(1000, 300_000));
    assertTrue(budget.taken() < 10_000, "" + budget.taken());
  }

  @Test
  void reservationOfAPeerThatDisconnectsWhileItWaitsFails() {
    Connection reader = connected("reader");
    SendBudget.Charge all = budget.charge();
    all.set(TOTAL);
    AtomicReference<BackendException> refusal = new AtomicReference<>();
    Thread asker =
        Thread.ofVirtual()
            .start(
                () ->
                    refusal.set(
                        assertThrows(BackendException.class, () -> reader.reserve(1000, 300_000))));
    Await.until("it waits", () -> asker.getState() == Thread.State.TIMED_WAITING);
    reader.streamEnded();
    all.close();
    Await.until("it has ended", () -> !asker.isAlive());
    String message = String.valueOf(refusal.get());
    // On a slow machine the reservation may have timed out before.
    assertTrue(message.contains("has ended") || message.contains("too much data"), message);
    assertEquals(0, budget.taken());
  }

  /** The threads that wait for peers must not keep buffers that no budget knows. */
  @Test
  void blockedWritesHoldOnlyTheirFrames() {
    List<Connection> stuck = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      Connection made = connected("u" + i);
      made.hold();
      made.offer(new byte[6000]);
      made.offer(new byte[6000]);
      wire(made).block();
      made.done(); // both go out in one write
      Await.until("in a write", wire(made)::isWriting);
      assertEquals(12_000, made.outbox.queuedBytes());
      stuck.add(made);
    }
    assertTrue(budget.taken() >= 40 * 8000, "" + budget.taken());
    assertTrue(budget.taken() <= 40 * 12_000, "" + budget.taken());
    stuck.forEach(each -> wire(each).unblock());
    awaitNothingCharged();
    assertEquals(12_000, wire(stuck.getFirst()).bytes().length);
  }
}
