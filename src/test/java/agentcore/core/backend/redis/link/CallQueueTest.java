package agentcore.core.backend.redis.link;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Protocol.Command;

class CallQueueTest {
  private static final long NO_WAIT = 0;
  private static final long LONG = Duration.ofMinutes(1).toNanos();

  private final CallQueue queue = new CallQueue(4);
  private final Call a1 = call(1);
  private final Call a2 = call(1);
  private final Call b = call(2);

  CallQueueTest() {
    queue.adopt(slots(1, 2), List.of());
  }

  private static Call call(int slot) {
    return Call.of(slot, Command.PING);
  }

  private static BitSet slots(int... slots) {
    BitSet set = new BitSet();
    for (int slot : slots) {
      set.set(slot);
    }
    return set;
  }

  private void offer(Call... calls) {
    for (Call call : calls) {
      assertEquals(CallQueue.Offer.ACCEPTED, queue.offer(call));
    }
  }

  @Test
  void callsLeaveInTheirOrderButNotThoseThatWereGivenUp() throws InterruptedException {
    offer(a1, b, a2);
    boolean unused = b.reply().cancel(false);
    assertEquals(List.of(a1, a2), queue.take(9, NO_WAIT));
    assertEquals(List.of(), queue.take(9, NO_WAIT));
  }

  @Test
  void fullQueueAndForeignSlotsAreRefused() {
    offer(a1, a2, b, call(Call.ANY_SLOT));
    assertEquals(CallQueue.Offer.FULL, queue.offer(call(1)));
    assertEquals(CallQueue.Offer.ELSEWHERE, queue.offer(call(3)));
  }

  @Test
  void callsOfASlotThatIsMovingWaitInFrontOfLaterOnes() throws InterruptedException {
    offer(a1, b);
    assertEquals(List.of(a1, b), queue.take(9, NO_WAIT));
    queue.putBack(List.of(a1));
    queue.hold(List.of(1), LONG);
    queue.exchangeFinished();
    Call later = call(2);
    offer(a2, later);
    assertEquals(List.of(later), queue.take(9, NO_WAIT), "other slots do not wait");
    queue.exchangeFinished();
    queue.hold(List.of(1), NO_WAIT);
    assertEquals(List.of(a1, a2), queue.take(9, LONG));
  }

  @Test
  void releasedSlotTakesItsCallsWithItInTheirOrder() throws InterruptedException {
    offer(a1, b);
    List<Call> taken = queue.take(9, NO_WAIT);
    offer(a2);
    assertEquals(Optional.empty(), queue.release(slots(1), false), "calls are under way");
    queue.putBack(List.of(taken.getFirst()));
    assertEquals(Optional.of(List.of(a1, a2)), queue.release(slots(1), true));
    assertEquals(CallQueue.Offer.ELSEWHERE, queue.offer(call(1)));
    queue.exchangeFinished();
    assertEquals(Optional.of(List.of()), queue.release(slots(2), false));
  }

  @Test
  void sizeFollowsEveryChange() throws InterruptedException {
    offer(a1, a2, b);
    assertEquals(3, queue.size());
    List<Call> taken = queue.take(2, NO_WAIT);
    assertEquals(1, queue.size());
    queue.putBack(taken);
    assertEquals(3, queue.size());
    boolean unused = a2.reply().cancel(false);
    queue.removeAbandoned();
    assertEquals(2, queue.size());
    assertEquals(Optional.of(List.of(a1)), queue.release(slots(1), true));
    assertEquals(1, queue.size());
    queue.adopt(slots(1), List.of(a1));
    assertEquals(2, queue.size());
    assertEquals(List.of(b, a1), queue.drain());
    assertEquals(0, queue.size());
  }
}
