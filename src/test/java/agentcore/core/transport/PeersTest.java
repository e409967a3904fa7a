package agentcore.core.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.mockito.Mockito.mock;

import agentcore.core.http.HttpResponse;
import agentcore.core.security.Origins;
import agentcore.core.security.TrustedProxies;
import agentcore.core.socket.PeerSocket;
import agentcore.testkit.Await;
import agentcore.testkit.Connections;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PeersTest {
  private final Peers peers = new Peers(2, Peers.PATIENCE_NANOS);
  private Listener listener;

  @BeforeEach
  void makeListener() throws IOException {
    Listener.Limits limits =
        new Listener.Limits(
            1000,
            2,
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(60),
            1000,
            Duration.ofSeconds(1));
    Gate gate = new Gate(Optional.empty(), Origins.parse(""), TrustedProxies.parse(""), 0);
    listener =
        new Listener(
            Connections.manager(Connections.LIMITS),
            List.of(),
            request -> HttpResponse.text(404, ""),
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
    return new Peer(mock(PeerSocket.class), listener);
  }

  /** Adds a peer on another thread; returns once that has ended or waits. */
  private static CompletableFuture<Optional<Peer>> adding(Peers peers, Peer peer) {
    CompletableFuture<Optional<Peer>> replaced = new CompletableFuture<>();
    Thread waiting =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    replaced.complete(peers.add(peer));
                  } catch (InterruptedException e) {
                    replaced.completeExceptionally(e);
                  }
                });
    Await.until(
        "the peer waits or was added",
        () -> replaced.isDone() || waiting.getState() == Thread.State.TIMED_WAITING);
    return replaced;
  }

  @Test
  void peersUpToTheLimitAreAddedAtOnce() throws InterruptedException {
    Peer one = peer();
    Peer two = peer();
    assertEquals(Optional.empty(), peers.add(one));
    assertEquals(Optional.empty(), peers.add(two));
    assertEquals(List.of(one, two), peers.all());
  }

  @Test
  void newPeerWaitsForAPlaceAndReplacesNoRecentPeer() throws InterruptedException {
    Peers peers = new Peers(2, Duration.ofHours(1).toNanos());
    Peer one = peer();
    Peer two = peer();
    Peer three = peer();
    peers.add(one);
    peers.add(two);
    assertFalse(peers.isAwaited());
    CompletableFuture<Optional<Peer>> waiting = adding(peers, three);
    assertTrue(peers.isAwaited());
    peers.remove(two);
    assertEquals(Optional.empty(), waiting.join());
    assertFalse(peers.isAwaited());
    assertEquals(List.of(one, three), peers.all());
  }

  @Test
  void newPeerReplacesTheOldestPeerThatTakesTooLong() throws InterruptedException {
    Peer slow = peer();
    Peer quick = peer();
    long start = System.nanoTime();
    peers.add(slow);
    peers.add(quick);
    assertEquals(Optional.of(slow), peers.add(peer()));
    assertTrue(System.nanoTime() - start >= 1_000_000_000, "the old peer had a second");
  }

  @Test
  void removingTwiceIsHarmless() throws InterruptedException {
    Peer one = peer();
    peers.remove(one);
    peers.add(one);
    peers.remove(one);
    peers.remove(one);
    assertEquals(List.of(), peers.all());
  }

  @Test
  void webSocketsAreNotPending() throws InterruptedException {
    Peer one = peer();
    Peer two = peer();
    peers.add(one);
    peers.add(two);
    peers.upgraded(one);
    peers.upgraded(two);
    assertEquals(Optional.empty(), peers.add(peer()));
    assertEquals(3, peers.all().size());
    assertFalse(peers.awaitNoWebSockets(System.nanoTime()));
    peers.remove(one);
    peers.remove(two);
    assertTrue(peers.awaitNoWebSockets(System.nanoTime()));
    assertFalse(peers.awaitNone(System.nanoTime()));
  }

  @Test
  void peerThatBeginsAnotherRequestIsTheYoungest() throws InterruptedException {
    Peers impatient = new Peers(2, 0);
    Peer first = peer();
    Peer second = peer();
    assertEquals(Optional.empty(), impatient.add(first));
    assertEquals(Optional.empty(), impatient.add(second));
    impatient.renew(first);
    assertEquals(Optional.of(second), impatient.add(peer()));
    impatient.renew(second); // it has lost its place
    assertEquals(Optional.of(first), impatient.add(peer()));
  }
}
