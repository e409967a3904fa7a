package agentcore.core.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.backend.BackendException;
import agentcore.testkit.Await;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which peers are closed, and in which order, when the shared budget is exceeded. */
class LoadShedderTest {
  private static final int LIMIT = 1000;

  private final List<Peer> peers = new CopyOnWriteArrayList<>();
  private final SendBudget budget = new SendBudget(LIMIT, peers);

  /** A peer with waiting bytes. */
  private class Peer implements SendBudget.Peer {
    private final String name;
    private final long bytes;
    private final boolean stuck;
    private final SendBudget.Charge charge = budget.charge();
    private volatile boolean ended;

    Peer(String name, long bytes, boolean stuck) {
      this.name = name;
      this.bytes = bytes;
      this.stuck = stuck;
      peers.add(this);
      charge.set(bytes);
    }

    @Override
    public long pendingBytes() {
      return ended ? 0 : bytes;
    }

    @Override
    public boolean isStuck(long nanos) {
      return stuck;
    }

    @Override
    public void end() {
      ended = true;
      charge.leave();
      charge.close();
    }
  }

  private List<String> ended() {
    return peers.stream().filter(peer -> peer.ended).map(peer -> peer.name).toList();
  }

  private void assertEnded(String... names) {
    Await.until("some to be ended", () -> ended().size() >= names.length);
    Await.until("the budget fits", () -> budget.excess() <= 0);
    assertEquals(List.of(names), ended());
  }

  @Test
  void closesNoPeerWithinTheBudget() {
    Peer stuck = new Peer("stuck", LIMIT, true);
    assertEquals(0, budget.excess());
    stuck.charge.close();
    new Peer("other", LIMIT, true);
    assertEnded();
  }

  @Test
  void closesStuckPeersBeforeThoseThatRead() {
    new Peer("reads", 600, false);
    new Peer("stuck", 100, true);
    new Peer("stuck too", 200, true);
    new Peer("last", 110, false);
    assertEnded("stuck too");
  }

  @Test
  void closesTheFullestPeersThatReadIfThatWasNotEnough() {
    new Peer("reads", 300, false);
    new Peer("reads more", 400, false);
    new Peer("stuck", 100, true);
    new Peer("last", 290, false);
    assertEnded("stuck");
    new Peer("one more", 350, false);
    assertEnded("reads more", "stuck");
  }

  @Test
  void skipsPeersThatWouldFreeNothing() {
    for (int i = 0; i < 5; i++) {
      new Peer("empty" + i, 0, true);
    }
    new Peer("full", LIMIT + 1, false);
    assertEnded("full");
  }

  /** The memory is freed when the write returns, so no second peer has to be closed for it. */
  @Test
  void doesNotCountTheBytesOfClosingPeers() {
    Peer slow =
        new Peer("slow", 600, true) {
          @Override
          public void end() {
            super.ended = true;
            super.charge.leave();
          }
        };
    new Peer("other", 500, true);
    assertEnded("slow");
    assertEquals(1100, budget.taken());
    slow.charge.set(300); // a part of it is freed
    new Peer("third", 500, true);
    assertEnded("slow");
    slow.charge.close();
    assertEquals(LIMIT, budget.taken());
    new Peer("fourth", 400, false);
    assertEnded("slow", "other");
  }

  @Test
  void skipsAPeerThatCannotBeClosed() {
    new Peer("broken", 900, true) {
      @Override
      public void end() {
        throw new Error("unable to create native thread");
      }
    };
    new Peer("stuck", 800, true);
    assertEnded("stuck");
  }

  @Test
  void closesHttpPeersToo() {
    Peer answer = new Peer("answer", 600, true);
    peers.remove(answer);
    budget.add(answer);
    new Peer("connection", 500, true);
    Await.until("the answer to be ended", () -> answer.ended);
    assertEquals(List.of(), ended());
  }

  @Test
  void closesOnlyStuckPeersForAReservation() {
    new Peer("reads", 500, false);
    new Peer("stuck", 300, true);
    SendBudget.Charge reserved = budget.reserve(400);
    assertEnded("stuck");
    assertEquals(900, budget.taken());
    reserved.close();
    assertEquals(500, budget.taken());
  }

  @Test
  void refusesAReservationIfNoMemoryBecomesFree() {
    new Peer("reads", 700, false);
    assertThrows(BackendException.class, () -> budget.reserve(400));
    assertEquals(700, budget.taken());
    assertEnded();
  }

  @Test
  void grantsWaitingReservationsInTurn() {
    Peer reads = new Peer("reads", LIMIT, false);
    List<CompletableFuture<Long>> reservations =
        Stream.generate(() -> CompletableFuture.supplyAsync(this::reserveAndRelease))
            .limit(20)
            .toList();
    reads.charge.close();
    for (CompletableFuture<Long> reservation : reservations) {
      assertTrue(reservation.join() <= LIMIT);
    }
    assertEquals(0, budget.taken());
  }

  private long reserveAndRelease() {
    SendBudget.Charge reserved = budget.reserve(LIMIT / 2);
    try {
      return budget.taken();
    } finally {
      reserved.close();
    }
  }

  @Test
  void reservationTakesAtMostHalfOfTheBudget() {
    SendBudget.Charge reserved = budget.reserve(100 * LIMIT);
    assertEquals(LIMIT / 2, budget.taken());
    reserved.close();
    assertEquals(0, budget.taken());
  }
}
