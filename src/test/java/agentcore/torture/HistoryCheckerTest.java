package agentcore.torture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.torture.Finding.Kind;
import agentcore.torture.History.Ack;
import agentcore.torture.History.Broken;
import agentcore.torture.History.Entered;
import agentcore.torture.History.Place;
import agentcore.torture.History.Reader;
import agentcore.torture.History.Resumed;
import agentcore.torture.History.Seen;
import agentcore.torture.History.Sight;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The checker finds what is wrong, by its name, and nothing where all is right. */
class HistoryCheckerTest {
  private static final int LENGTH = 10;
  private static final long NO_LOSS = -1;

  private final List<Ack> acks = new ArrayList<>();
  private final List<Sight> alice = new ArrayList<>();
  private final List<Sight> bob = new ArrayList<>();
  private long lossNanos = NO_LOSS;

  HistoryCheckerTest() {
    alice.add(new Entered(place(0), nanos(0)));
    bob.add(new Entered(place(0), nanos(0)));
    LongStream.rangeClosed(1, LENGTH).forEach(this::say);
  }

  private void say(long seq) {
    acks.add(
        new Ack(
            "client-" + seq, place(seq), "message-" + seq, false, nanos(seq) - 2, nanos(seq) + 2));
    alice.add(seen(seq));
    bob.add(seen(seq));
  }

  private static long nanos(long seq) {
    return TimeUnit.SECONDS.toNanos(seq * 10);
  }

  private static Place place(long seq) {
    return new Place("e", seq);
  }

  private static Seen seen(long seq) {
    return new Seen(place(seq), "message-" + seq, "client-" + seq, 0, nanos(seq) + 1);
  }

  private void assertFinds(Kind... kinds) {
    History history =
        new History(
            "den",
            acks,
            List.of(new Reader("alice", alice), new Reader("bob", bob)),
            lossNanos == NO_LOSS ? List.of() : List.of(lossNanos));
    List<Finding> findings = HistoryChecker.check(history);
    Set<Kind> found = EnumSet.noneOf(Kind.class);
    findings.forEach(finding -> found.add(finding.kind()));
    assertEquals(Set.of(kinds), found, findings.toString());
  }

  @Test
  void nothingIsWrong() {
    assertFinds();
  }

  @Test
  void nothingIsWrongWithOneWhoCameLaterOrCameBack() {
    alice.subList(0, 4).clear();
    alice.addFirst(new Entered(place(3), nanos(3) + 5));
    bob.add(6, new Resumed(place(9), nanos(9)));
    assertFinds();
  }

  @Test
  void theLastIsLost() {
    bob.removeLast();
    assertFinds(Kind.LOST);
  }

  @Test
  void oneInTheMiddleIsLost() {
    bob.remove(5);
    assertFinds(Kind.LOST, Kind.HOLE);
  }

  @Test
  void oneThatNobodySawIsLost() {
    acks.add(new Ack("client-11", place(11), "message-11", false, nanos(11), nanos(12)));
    assertFinds(Kind.LOST);
  }

  @Test
  void oneComesTwice() {
    bob.add(6, bob.get(5));
    assertFinds(Kind.TWICE);
  }

  @Test
  void twoAreSwapped() {
    Seen fifth = seen(5);
    Seen sixth = seen(6);
    bob.set(5, new Seen(place(5), sixth.messageId(), sixth.clientId(), 0, nanos(5)));
    bob.set(6, new Seen(place(6), fifth.messageId(), fifth.clientId(), 0, nanos(6)));
    assertFinds(Kind.ORDER);
  }

  @Test
  void twoComeInAnotherOrder() {
    Collections.swap(bob, 5, 6);
    assertFinds(Kind.ORDER, Kind.HOLE);
  }

  @Test
  void oneThatWasNotAcknowledgedIsMissing() {
    acks.remove(4);
    bob.remove(5);
    assertFinds(Kind.HOLE);
  }

  @Test
  void recoveredIsFalselyTrue() {
    acks.remove(4);
    bob.set(5, new Resumed(place(7), nanos(7)));
    assertFinds(Kind.FALSE_RECOVERY);
  }

  /** Alice saw a fifth message that is gone; the sixth is not the one after it. */
  @Test
  void recoveredIsFalselyTrueOnALogThatWasRewritten() {
    lossNanos = nanos(4) + 5;
    alice.set(5, new Seen(place(5), "message-5a", "client-5a", 0, nanos(4) + 7));
    alice.add(6, new Resumed(place(9), nanos(5)));
    alice.add(8, new Broken("later", place(6), nanos(20)));
    assertFinds(Kind.FALSE_RECOVERY);
  }

  @Test
  void oneIdIsTwoMessages() {
    for (List<Sight> sights : List.of(alice, bob)) {
      sights.set(6, new Seen(place(6), "message-6", "client-2", 0, nanos(6)));
    }
    acks.remove(5);
    assertFinds(Kind.ID_TWICE);
  }

  @Test
  void aBreakIsToldWithoutReason() {
    bob.add(5, new Broken("lost", place(4), nanos(5)));
    assertFinds(Kind.UNCALLED_BREAK);
  }

  @Test
  void whatALossTookIsForgivenWhereItWasTold() {
    lossNanos = nanos(5) - 3;
    bob.set(5, new Broken("rolled_back", place(5), nanos(6) - 3));
    assertFinds();
  }

  @Test
  void whatALossTookIsNotForgivenWhereItWasToldBefore() {
    lossNanos = nanos(4) + 5;
    bob.set(5, new Broken("rolled_back", place(5), nanos(5) - 3));
    assertFinds(Kind.LOST);
  }

  @Test
  void anIdMayBeAppendedAgainAfterALossButOnlyThen() {
    lossNanos = nanos(3);
    for (List<Sight> sights : List.of(alice, bob)) {
      sights.set(6, new Seen(place(6), "message-6", "client-2", 0, nanos(6)));
      sights.add(6, new Broken("rolled_back", place(5), nanos(5) + 5));
    }
    acks.remove(5);
    assertFinds();
    lossNanos = nanos(7);
    assertFinds(Kind.ID_TWICE);
  }
}
