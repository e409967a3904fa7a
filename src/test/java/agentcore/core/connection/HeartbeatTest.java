package agentcore.core.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import agentcore.testkit.RecordingSocket;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeartbeatTest {
  private final ManualClock clock = new ManualClock();
  private final ConnectionRegistry registry =
      new ConnectionRegistry(Connections.LIMITS, new Metrics());
  private final RecordingSocket wire = new RecordingSocket();
  private final Connection alice = connection("alice", wire);
  private final Heartbeat heartbeat =
      new Heartbeat(registry, Duration.ofSeconds(30), Duration.ofSeconds(60), clock);

  private Connection connection(String user, RecordingSocket to) {
    SendBudget budget = new SendBudget(1_000_000, List.of());
    Outbox outbox = new Outbox(to, new Flusher(Flusher.PAUSE), 1_000_000, budget, clock);
    Connection made =
        new Connection(user, user + "/1", to, outbox, budget, new Metrics().slowConsumers, clock);
    made.done(); // it has been greeted
    registry.add(made);
    return made;
  }

  private void after(int seconds) {
    // The clock advances faster than a flusher writes: an unwritten ping would count as stuck.
    Await.until("what was sent before", () -> alice.outbox.queuedBytes() == 0 || wire.isWriting());
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
      alice.liveness().received();
    }
    assertPings(0);
    assertFalse(alice.hasEnded());
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
    alice.liveness().received();
    after(29);
    assertPings(1);
    after(1);
    assertPings(2);
  }

  @Test
  void closesConnectionThatDoesNotAnswerPings() {
    after(30);
    after(29);
    assertFalse(alice.hasEnded(), "our ping is no sign of life");
    after(1);
    assertEquals(CloseCode.HEARTBEAT_TIMEOUT.number(), alice.endCode.get());
  }

  @Test
  void messageAtTheLastMomentKeepsTheConnection() {
    after(59);
    alice.liveness().received();
    after(59);
    assertFalse(alice.hasEnded());
    after(1);
    assertEquals(CloseCode.HEARTBEAT_TIMEOUT.number(), alice.endCode.get());
  }

  @Test
  void closesActiveConnectionWhoseTokenHasExpired() {
    alice.liveness().expireAt(clock.instant().plusSeconds(90));
    for (int i = 0; i < 89; i++) {
      after(1);
      alice.liveness().received();
    }
    assertFalse(alice.hasEnded());
    after(1);
    assertEquals(CloseCode.BAD_TOKEN.number(), alice.endCode.get());
  }

  /** A pong shows that the peer is alive, not that it reads. */
  @Test
  void closesStuckPeerEvenIfItAnswersPings() {
    wire.block();
    alice.offer(new byte[1000]);
    for (int i = 0; i < 59; i++) {
      after(1);
      alice.liveness().received();
    }
    assertFalse(alice.hasEnded());
    after(1);
    Await.until("closed", () -> alice.endCode.get() == CloseCode.TOO_SLOW.number());
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
    assertFalse(alice.hasEnded());
    after(1);
    Await.until("closed", () -> alice.endCode.get() == CloseCode.TOO_SLOW.number());
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
    assertFalse(alice.hasEnded());
    after(60);
    Await.until("closed", () -> alice.endCode.get() == CloseCode.TOO_SLOW.number());
    wire.unblock();
  }

  @Test
  void silenceIsMeasuredFromTheEndOfALongRequest() {
    alice.begin();
    for (int i = 0; i < 10; i++) {
      after(30);
    }
    assertFalse(alice.hasEnded(), "nothing is read while a request is handled");
    assertPings(10);
    alice.done();
    after(59);
    assertFalse(alice.hasEnded());
    after(1);
    assertEquals(CloseCode.HEARTBEAT_TIMEOUT.number(), alice.endCode.get());
  }

  @Test
  void failingConnectionDoesNotAffectTheOthers() {
    for (int i = 0; i < 20; i++) {
      registry.add(brokenConnection("broken" + i));
    }
    clock.advance(Duration.ofSeconds(61));
    heartbeat.beat();
    assertEquals(CloseCode.HEARTBEAT_TIMEOUT.number(), alice.endCode.get());
  }

  private Connection brokenConnection(String user) {
    Connection broken = spy(connection(user, new RecordingSocket()));
    doThrow(new Error("unable to create native thread")).when(broken).close(any());
    return broken;
  }

  @Test
  void removedConnectionIsNotChecked() {
    registry.remove(alice);
    after(100);
    assertPings(0);
    assertFalse(alice.hasEnded());
  }

  @Test
  void connectionThatCannotBeClosedDoesNotAffectOthers() {
    RecordingSocket broken =
        new RecordingSocket() {
          @Override
          public boolean canTryToWrite() {
            throw new IllegalStateException("defect");
          }
        };
    connection("broken", broken);
    connection("broken too", broken);
    after(61);
    assertTrue(alice.hasEnded());
  }
}
