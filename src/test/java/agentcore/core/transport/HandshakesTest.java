package agentcore.core.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.security.Origins;
import agentcore.core.security.TrustedProxies;
import agentcore.testkit.Await;
import agentcore.testkit.Connections;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HandshakesTest {
  private final Handshakes handshakes = new Handshakes(2);
  private Listener listener;

  @BeforeEach
  void makeListener() throws IOException {
    TransportLimits limits =
        new TransportLimits(
            1000, 2, Duration.ofSeconds(1), Duration.ofSeconds(60), 1000, Duration.ofSeconds(1));
    Gate gate = new Gate(Optional.empty(), Origins.parse(""), TrustedProxies.parse(""), 0);
    listener =
        new Listener(
            Connections.manager(Connections.LIMITS),
            List.of(),
            new HttpRoutes(),
            gate,
            limits,
            Optional.empty());
    listener.start("127.0.0.1", 0);
  }

  @AfterEach
  void closeListener() {
    listener.close();
  }

  private Peer peer() {
    return new Peer(new Socket(), listener);
  }

  /** Has a newcomer wait for its place. */
  private CompletableFuture<Optional<Peer>> entering(Peer peer) {
    CompletableFuture<Optional<Peer>> thrownOut = new CompletableFuture<>();
    Thread waiting =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    thrownOut.complete(handshakes.enter(peer));
                  } catch (InterruptedException e) {
                    thrownOut.completeExceptionally(e);
                  }
                });
    Await.until(
        "it waits, or is in",
        () -> thrownOut.isDone() || waiting.getState() == Thread.State.TIMED_WAITING);
    return thrownOut;
  }

  @Test
  void thereIsRoomForSoMany() throws InterruptedException {
    Peer one = peer();
    Peer two = peer();
    assertEquals(Optional.empty(), handshakes.enter(one));
    assertEquals(Optional.empty(), handshakes.enter(two));
    assertEquals(List.of(one, two), handshakes.all());
  }

  @Test
  void aNewcomerWaitsForAPlaceAndThrowsNobodyOutWhoIsQuick() throws InterruptedException {
    Peer one = peer();
    Peer two = peer();
    Peer three = peer();
    handshakes.enter(one);
    handshakes.enter(two);
    CompletableFuture<Optional<Peer>> waiting = entering(three);
    handshakes.leave(two);
    assertEquals(Optional.empty(), waiting.join());
    assertEquals(List.of(one, three), handshakes.all());
  }

  @Test
  void whoTakesTooLongLosesItsPlaceToANewcomer() throws InterruptedException {
    Peer slow = peer();
    Peer quick = peer();
    long start = System.nanoTime();
    handshakes.enter(slow);
    handshakes.enter(quick);
    assertEquals(Optional.of(slow), handshakes.enter(peer()));
    assertTrue(System.nanoTime() - start >= 1_000_000_000, "it had a second");
  }

  @Test
  void leavingWithoutAPlaceIsNoError() throws InterruptedException {
    Peer one = peer();
    handshakes.leave(one);
    handshakes.enter(one);
    handshakes.leave(one);
    handshakes.leave(one);
    assertEquals(List.of(), handshakes.all());
  }
}
