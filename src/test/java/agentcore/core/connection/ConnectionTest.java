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
import agentcore.testkit.RecordingWire;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Slow connections are closed, and a request is answered before its connection ends. */
class ConnectionTest {
  private static final long SECOND = 1_000_000_000;

  private final Map<Connection, RecordingWire> wires = new HashMap<>();

  /** Connects a client that is stuck in a write of one byte. */
  private Connection stuck(ConnectionRegistry registry, String user) {
    RecordingWire wire = new RecordingWire().block();
    Connection made = registry.create(user, wire);
    registry.add(made);
    wires.put(made, wire);
    made.offer(new byte[1]);
    Await.until("stuck", wire::isWriting);
    return made;
  }

  private Optional<CloseCode> closed(Connection connection) {
    return Optional.ofNullable(wires.get(connection)).orElseThrow().closed();
  }

  private static ConnectionRegistry registry(int queueBytes) {
    return new ConnectionRegistry(
        new ConnectionLimits(100, 100, queueBytes, 200_000), new Metrics());
  }

  @AfterEach
  void unblockAll() {
    wires.values().forEach(RecordingWire::unblock);
  }

  @Test
  void deliveryNeverThrowsEvenIfCuttingFails() {
    RecordingWire wire = new RecordingWire();
    Wire failing =
        new Wire() {
          @Override
          public void write(byte[] bytes, int offset, int length) throws IOException {
            wire.write(bytes, offset, length);
          }

          @Override
          public void close(CloseCode code, String reason) {}

          @Override
          public void finished() {}

          @Override
          public void cut() {
            wire.cut();
            throw new IllegalStateException("a test's defect");
          }
        };
    Outbox outbox = mock(Outbox.class);
    when(outbox.offer(any())).thenThrow(new OutOfMemoryError("a test's"));
    SendBudget budget = new SendBudget(1000, List.of());
    new Connection("a", "a/1", failing, outbox, budget, new Metrics().slowConsumers, () -> 0)
        .deliver(new byte[1]);
    assertTrue(wire.isCut());
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
    Await.until("one is closed", () -> slow.stream().anyMatch(c -> closed(c).isPresent()));
    Await.until(
        "enough is free", () -> slow.stream().mapToLong(Connection::queuedBytes).sum() <= 200_000);
    assertEquals(Optional.of(CloseCode.TOO_SLOW), closed(slow.get(2)), "the fullest");
    assertEquals(50_001, slow.getFirst().queuedBytes());
    assertEquals(Optional.empty(), closed(slow.getLast()), "the emptiest");
  }

  @Test
  void closesStuckConnectionsBeforeThoseThatRead() {
    ConnectionRegistry registry = registry(200_000);
    List<Connection> stuck = List.of(stuck(registry, "stuck"), stuck(registry, "stuck too"));
    stuck.forEach(each -> each.offer(new byte[60_000]));
    Await.until("stuck for long", () -> stuck.stream().allMatch(each -> each.isStuck(SECOND)));
    Connection busy = stuck(registry, "busy");
    busy.offer(new byte[90_000]);
    Await.until("one is closed", () -> stuck.stream().anyMatch(c -> closed(c).isPresent()));
    assertEquals(Optional.empty(), closed(busy), "the fullest");
  }

  /** The thread that ends the connection and the reader may each leave the closing to the other. */
  @Test
  void requestThatBeginsWhileTheConnectionIsEndingClosesIt() {
    RecordingWire wire = new RecordingWire();
    Connection alice = registry(100_000).create("alice", wire);
    assertTrue(alice.begin());
    alice.closeWhenDone(CloseCode.SERVICE_RESTART);
    assertEquals(Optional.empty(), wire.closed(), "a request is being handled");
    assertFalse(alice.begin());
    alice.done();
    assertEquals(Optional.of(CloseCode.SERVICE_RESTART), wire.closed());
  }
}
