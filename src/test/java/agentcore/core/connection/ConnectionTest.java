package agentcore.core.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import agentcore.core.message.CloseCode;
import agentcore.core.metrics.Metrics;
import agentcore.testkit.Await;
import agentcore.testkit.RecordingSocket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Slow connections are closed, and a request is answered before its connection ends. */
class ConnectionTest {
  private static final long SECOND = 1_000_000_000;

  private final Map<Connection, RecordingSocket> wires = new HashMap<>();

  /** Connects a client that is stuck in a write of one byte. */
  private Connection stuck(ConnectionRegistry registry, String user) {
    RecordingSocket wire = new RecordingSocket().block();
    Connection made = registry.create(user, wire);
    registry.add(made);
    wires.put(made, wire);
    made.offer(new byte[1]);
    Await.until("stuck", wire::isWriting);
    return made;
  }

  private static ConnectionRegistry registry(int queueBytes) {
    return new ConnectionRegistry(
        new ConnectionLimits(100, 100, queueBytes, 200_000), new Metrics());
  }

  @AfterEach
  void unblockAll() {
    wires.values().forEach(RecordingSocket::unblock);
  }

  @Test
  void deliveryNeverThrowsEvenIfCuttingFails() {
    RecordingSocket failing =
        new RecordingSocket() {
          @Override
          public void cut() {
            super.cut();
            throw new IllegalStateException("a test's defect");
          }
        };
    Outbox outbox = mock(Outbox.class);
    when(outbox.offer(any())).thenThrow(new OutOfMemoryError("a test's"));
    SendBudget budget = new SendBudget(1000, List.of());
    new Connection("a", "a/1", failing, outbox, budget, new Metrics().slowConsumers, () -> 0)
        .offer(new byte[1]);
    assertTrue(failing.isCut());
  }

  @Test
  void closesTheFullestConnectionWhenTheTotalIsExceeded() {
    ConnectionRegistry registry = registry(100_000);
    List<Connection> slow =
        IntStream.range(0, 4).mapToObj(i -> stuck(registry, "slow" + i)).toList();
    slow.get(2).offer(new byte[90_000]);
    for (int i : List.of(0, 1, 3)) {
      slow.get(i).offer(new byte[50_000 - 1000 * i]);
    }
    Await.until("one is closed", () -> slow.stream().anyMatch(Connection::hasEnded));
    Await.until(
        "enough is free",
        () -> slow.stream().mapToLong(c -> c.outbox.queuedBytes()).sum() <= 200_000);
    assertEquals(CloseCode.TOO_SLOW.number(), slow.get(2).endCode.get(), "the fullest");
    assertEquals(50_001, slow.getFirst().outbox.queuedBytes());
    assertFalse(slow.getLast().hasEnded(), "the emptiest");
  }

  @Test
  void closesStuckConnectionsBeforeThoseThatRead() {
    ConnectionRegistry registry = registry(200_000);
    List<Connection> stuck = List.of(stuck(registry, "stuck"), stuck(registry, "stuck too"));
    stuck.forEach(each -> each.offer(new byte[60_000]));
    Await.until("stuck for long", () -> stuck.stream().allMatch(each -> each.isStuck(SECOND)));
    Connection busy = stuck(registry, "busy");
    busy.offer(new byte[90_000]);
    Await.until("one is closed", () -> stuck.stream().anyMatch(Connection::hasEnded));
    assertFalse(busy.hasEnded(), "the fullest");
  }

  /** The thread that ends the connection and the reader may each leave the closing to the other. */
  @Test
  void requestThatBeginsWhileTheConnectionIsEndingClosesIt() {
    Connection alice = registry(100_000).create("alice", new RecordingSocket());
    assertTrue(alice.begin());
    alice.closeWhenDone(CloseCode.SERVICE_RESTART);
    assertFalse(alice.hasEnded(), "a request is being handled");
    assertFalse(alice.begin());
    alice.done();
    assertEquals(CloseCode.SERVICE_RESTART.number(), alice.endCode.get());
  }
}
