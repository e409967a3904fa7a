package agentcore.core.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.backend.BackendException;
import agentcore.core.message.CloseCode;
import agentcore.testkit.Await;
import agentcore.testkit.Connections;
import agentcore.testkit.RecordingWire;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What connections charge to the common budget, and what becomes of it when they are ended. */
class SendChargeTest {
  private static final int TOTAL = 1_000_000;

  private final ConnectionManager manager =
      Connections.manager(new ConnectionLimits(100, 100, 10 * TOTAL, TOTAL));
  private final SendBudget budget = manager.sendBudget();
  private final Map<Connection, RecordingWire> wires = new HashMap<>();

  @AfterEach
  void unblockAll() {
    wires.values().forEach(RecordingWire::unblock);
  }

  private Connection connected(String user) {
    RecordingWire wire = new RecordingWire();
    Connection made = manager.newConnection(user, wire);
    wires.put(made, wire);
    assertEquals(Optional.empty(), manager.connect(made));
    made.done(); // it has been greeted
    return made;
  }

  /** Connects a client that is in a write of so many bytes. */
  private Connection blocked(String user, int bytes) {
    Connection made = connected(user);
    wire(made).block();
    made.offer(new byte[bytes]);
    Await.until("it is in a write", wire(made)::isWriting);
    return made;
  }

  private RecordingWire wire(Connection connection) {
    RecordingWire wire = wires.get(connection);
    assertTrue(wire != null);
    return wire;
  }

  private void awaitTooSlow(Connection connection) {
    Await.until(
        "too slow", () -> wire(connection).closed().equals(Optional.of(CloseCode.TOO_SLOW)));
  }

  private void awaitNothingTaken() {
    Await.until("nothing is taken", () -> budget.taken() == 0);
  }

  @Test
  void closingConnectionDoesNotShieldTheOthers() {
    Connection closing = blocked("closing", 1000);
    closing.finish(new byte[4]);
    Await.until("it takes nothing", () -> closing.isStuck(Relief.STUCK_NANOS));
    Connection full = blocked("full", 1000);
    for (int i = 0; i < 500; i++) {
      full.offer(new byte[10_000]);
    }
    awaitTooSlow(full);
    assertTrue(full.queuedBytes() <= 1000, "only what is being written is left");
    assertEquals(Optional.empty(), wire(closing).closed());
  }

  @Test
  void bytesInABlockedWriteAreChargedUntilTheWriteHasReturned() {
    Connection reader = blocked("reader", 500_000);
    assertTrue(budget.taken() > 490_000, "" + budget.taken());
    assertEquals(500_000, reader.queuedBytes());
    wire(reader).unblock();
    Await.until("written", () -> wire(reader).bytes().length == 500_000);
    awaitNothingTaken();
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
    awaitNothingTaken();
  }

  /** Only a cut ends a write that blocks. */
  @Test
  void connectionThatTakesNothingIsCutSoThatItsWriteEnds() {
    Connection stuck = blocked("stuck", 600_000);
    Await.until("it takes nothing", () -> stuck.isStuck(Relief.STUCK_NANOS));
    Connection reads = connected("reads");
    reads.hold();
    reads.offer(new byte[500_000]);
    Await.until("it is cut", () -> wire(stuck).isCut());
    assertEquals(Optional.of(CloseCode.TOO_SLOW), wire(stuck).closed());
    assertEquals(Optional.empty(), wire(reads).closed());
    reads.done();
    awaitNothingTaken();
  }

  @Test
  void reservationIsGivenBackWhenTheRequestIsAnsweredAndWhenTheConnectionEnds() {
    Connection reader = connected("reader");
    reader.begin();
    reader.reserve(1000, 200_000);
    reader.reserve(1000, 300_000);
    assertEquals(300_000, budget.taken());
    reader.done();
    assertEquals(0, budget.taken());
    reader.reserve(1000, 200_000);
    reader.dispose();
    assertEquals(0, budget.taken());
  }

  @Test
  void reservationWaitsWithoutMemoryUntilTheClientHasTakenWhatCameBefore() {
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
    Await.until("it goes on", () -> !asker.isAlive());
    awaitNothingTaken();
  }

  @Test
  void nothingIsReservedForAPeerThatHasGone() {
    Connection gone = connected("gone");
    gone.dispose();
    assertThrows(BackendException.class, () -> gone.reserve(1000, 300_000));
    assertEquals(0, budget.taken());
    Connection closing = blocked("closing", 1000);
    closing.finish(new byte[4]);
    assertThrows(BackendException.class, () -> closing.reserve(1000, 300_000));
    assertTrue(budget.taken() < 10_000, "" + budget.taken());
  }

  @Test
  void peerThatGoesWhileItsReservationWaitsGetsNothing() {
    Connection reader = connected("reader");
    Charge all = new Charge(budget);
    all.set(TOTAL);
    AtomicReference<BackendException> refusal = new AtomicReference<>();
    Thread asker =
        Thread.ofVirtual()
            .start(
                () ->
                    refusal.set(
                        assertThrows(BackendException.class, () -> reader.reserve(1000, 300_000))));
    Await.until("it waits", () -> asker.getState() == Thread.State.TIMED_WAITING);
    reader.dispose();
    all.close();
    Await.until("it has ended", () -> !asker.isAlive());
    assertTrue(refusal.get() != null);
    assertEquals(0, budget.taken());
  }

  /** Beyond the batches that are kept anyway, one that is stuck costs its whole buffer. */
  @Test
  void buffersThatAreStuckInWritesAreCharged() {
    List<Connection> stuck = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      Connection made = connected("u" + i);
      made.hold();
      made.offer(new byte[10]);
      made.offer(new byte[10]);
      wire(made).block();
      made.done(); // both go out in one write, out of the batch's buffer
      Await.until("in a write", wire(made)::isWriting);
      stuck.add(made);
    }
    Await.until("one is ended", () -> stuck.stream().anyMatch(c -> wire(c).closed().isPresent()));
    Await.until("the budget fits", () -> budget.excess() <= 0);
    long left = stuck.stream().filter(each -> wire(each).closed().isEmpty()).count();
    assertTrue(left >= 16, "" + left);
  }
}
