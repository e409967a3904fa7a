package agentcore.core.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.spy;

import agentcore.core.message.CloseCode;
import agentcore.core.metrics.Metrics;
import agentcore.testkit.Await;
import agentcore.testkit.Connections;
import agentcore.testkit.ManualClock;
import agentcore.testkit.RawFrame;
import agentcore.testkit.RecordingWire;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HeartbeatTest {
  private final ManualClock clock = new ManualClock();
  private final ConnectionRegistry registry =
      new ConnectionRegistry(Connections.LIMITS, new Metrics());
  private final RecordingWire wire = new RecordingWire();
  private final Connection alice = connection("alice", wire);
  private final Heartbeat heartbeat =
      new Heartbeat(registry, Duration.ofSeconds(30), Duration.ofSeconds(60), clock);

  private Connection connection(String user, Wire to) {
    SendBudget budget = new SendBudget(1_000_000, List.of());
    Outbox outbox = new Outbox(to, new Flusher(), 1_000_000, budget, clock);
    Connection made =
        new Connection(user, user + "/1", to, outbox, budget, new Metrics().slowConsumers, clock);
    made.done(); // it has been greeted
    registry.add(made);
    return made;
  }

  private void after(int seconds) {
    // The clock advances faster than a flusher writes: an unwritten ping would count as stuck.
    Await.until("what was sent before", () -> alice.queuedBytes() == 0 || wire.isWriting());
    clock.advance(Duration.ofSeconds(seconds));
    heartbeat.beat();
  }

  private void assertPings(int count) {
    Await.until(count + " pings", () -> wire.frames().size() >= count);
    assertEquals(count, wire.frames().size());
    wire.frames().forEach(frame -> assertEquals(RawFrame.PING, frame.opcode()));
  }

  @Test
  void connectionThatWasHeardRecentlyIsNotPinged() {
    for (int i = 0; i < 10; i++) {
      after(29);
      alice.received();
    }
    assertPings(0);
    assertEquals(Optional.empty(), wire.closed());
  }

  @Test
  void silentConnectionIsPingedOncePerInterval() {
    after(29);
    assertPings(0);
    after(1);
    assertPings(1);
    after(1);
    after(1);
    assertPings(1);
    alice.received();
    after(29);
    assertPings(1);
    after(1);
    assertPings(2);
  }

  @Test
  void closesConnectionThatDoesNotAnswerPings() {
    after(30);
    after(29);
    assertEquals(Optional.empty(), wire.closed(), "our ping is no sign of life");
    after(1);
    assertEquals(Optional.of(CloseCode.HEARTBEAT_TIMEOUT), wire.closed());
  }

  @Test
  void messageAtTheLastMomentKeepsTheConnection() {
    after(59);
    alice.received();
    after(59);
    assertEquals(Optional.empty(), wire.closed());
    after(1);
    assertEquals(Optional.of(CloseCode.HEARTBEAT_TIMEOUT), wire.closed());
  }

  @Test
  void closesActiveConnectionWhoseTokenHasExpired() {
    alice.expireAt(clock.instant().plusSeconds(90));
    for (int i = 0; i < 89; i++) {
      after(1);
      alice.received();
    }
    assertEquals(Optional.empty(), wire.closed());
    after(1);
    assertEquals(Optional.of(CloseCode.BAD_TOKEN), wire.closed());
  }

  /** A pong shows that the peer is alive, not that it reads. */
  @Test
  void closesStuckPeerEvenIfItAnswersPings() {
    wire.block();
    alice.offer(new byte[1000]);
    for (int i = 0; i < 59; i++) {
      after(1);
      alice.received();
    }
    assertEquals(Optional.empty(), wire.closed());
    after(1);
    Await.until("closed", () -> wire.closed().equals(Optional.of(CloseCode.TOO_SLOW)));
    wire.unblock();
  }

  @Test
  void closesStuckPeerWhoseReplyWaitsForRoom() {
    wire.block();
    alice.offer(new byte[1000]);
    alice.begin();
    alice.reply(new byte[1_000_000]);
    Thread asker = Thread.ofVirtual().start(() -> alice.reply(new byte[1_000_000]));
    Await.until("it waits for room", () -> asker.getState() == Thread.State.WAITING);
    after(59);
    assertEquals(Optional.empty(), wire.closed());
    after(1);
    Await.until("closed", () -> wire.closed().equals(Optional.of(CloseCode.TOO_SLOW)));
    Await.until("no reply waits", () -> !asker.isAlive());
    wire.unblock();
  }

  /** A ping behind a large reply waits for minutes, and so does its pong. */
  @Test
  void peerThatReadsALargeReplySlowlyIsNotSilent() {
    wire.stepwise();
    alice.offer(new byte[15 * Flusher.WRITE_BYTES]);
    for (int step = 1; step <= 14; step++) {
      after(50);
      wire.allowWrite();
      int written = step;
      Await.until("the next step", () -> wire.writes().size() == written && wire.isWriting());
    }
    assertEquals(Optional.empty(), wire.closed());
    after(60);
    Await.until("closed", () -> wire.closed().equals(Optional.of(CloseCode.TOO_SLOW)));
    wire.unblock();
  }

  @Test
  void silenceIsMeasuredFromTheEndOfALongRequest() {
    alice.begin();
    for (int i = 0; i < 10; i++) {
      after(30);
    }
    assertEquals(Optional.empty(), wire.closed(), "nothing is read while a request is handled");
    assertPings(10);
    alice.done();
    after(59);
    assertEquals(Optional.empty(), wire.closed());
    after(1);
    assertEquals(Optional.of(CloseCode.HEARTBEAT_TIMEOUT), wire.closed());
  }

  @Test
  void failingConnectionDoesNotAffectTheOthers() {
    for (int i = 0; i < 20; i++) {
      registry.add(brokenConnection("broken" + i));
    }
    clock.advance(Duration.ofSeconds(61));
    heartbeat.beat();
    assertEquals(Optional.of(CloseCode.HEARTBEAT_TIMEOUT), wire.closed());
  }

  private Connection brokenConnection(String user) {
    Connection broken = spy(connection(user, new RecordingWire()));
    doThrow(new Error("unable to create native thread")).when(broken).close(any());
    return broken;
  }

  @Test
  void removedConnectionIsNotChecked() {
    registry.remove(alice);
    after(100);
    assertPings(0);
    assertEquals(Optional.empty(), wire.closed());
  }

  @Test
  void connectionThatCannotBeClosedDoesNotAffectOthers() {
    Wire broken =
        new Wire() {
          @Override
          public void write(byte[] bytes, int offset, int length) {}

          @Override
          public void close(CloseCode code, String reason) {
            throw new IllegalStateException("defect");
          }

          @Override
          public void finished() {}

          @Override
          public void cut() {}
        };
    connection("broken", broken);
    connection("broken too", broken);
    after(61);
    assertTrue(wire.closed().isPresent());
  }
}
