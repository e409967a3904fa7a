package agentcore.torture.history;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.torture.history.Finding.Kind;
import agentcore.torture.history.History.Ack;
import agentcore.torture.history.History.Joined;
import agentcore.torture.history.History.Observation;
import agentcore.torture.history.History.Position;
import agentcore.torture.history.History.Reader;
import agentcore.torture.history.History.Reset;
import agentcore.torture.history.History.Resumed;
import agentcore.torture.history.History.Seen;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** The checker classifies each violation correctly and reports nothing for a correct history. */
class HistoryCheckerTest {
  private static final int LENGTH = 10;
  private static final long NO_LOSS = -1;

  private final List<Ack> acks = new ArrayList<>();
  private final List<Observation> alice = new ArrayList<>();
  private final List<Observation> bob = new ArrayList<>();
  private long lossNanos = NO_LOSS;

  HistoryCheckerTest() {
    alice.add(new Joined(position(0), nanos(0)));
    bob.add(new Joined(position(0), nanos(0)));
    LongStream.rangeClosed(1, LENGTH).forEach(this::addMessage);
  }

  private void addMessage(long seq) {
    acks.add(
        new Ack(
            "carol",
            "client-" + seq,
            position(seq),
            "message-" + seq,
            false,
            1,
            nanos(seq) - 2,
            nanos(seq) + 2));
    alice.add(seen(seq));
    bob.add(seen(seq));
  }

  private static long nanos(long seq) {
    return TimeUnit.SECONDS.toNanos(seq * 10);
  }

  private static Position position(long seq) {
    return new Position("e", seq);
  }

  private static Seen seen(long seq) {
    return new Seen(position(seq), "message-" + seq, "client-" + seq, 0, nanos(seq) + 1);
  }

  private void assertFinds(Kind... kinds) {
    List<Finding> findings = findings();
    assertEquals(Set.of(kinds), kindsOf(findings), findings.toString());
  }

  private static Set<Kind> kindsOf(List<Finding> findings) {
    Set<Kind> kinds = EnumSet.noneOf(Kind.class);
    findings.forEach(finding -> kinds.add(finding.kind()));
    return kinds;
  }

  private List<Finding> findings() {
    History history =
        new History(
            "den",
            acks,
            List.of(new Reader("alice", alice), new Reader("bob", bob)),
            lossNanos == NO_LOSS ? List.of() : List.of(lossNanos));
    return HistoryChecker.check(history);
  }

  @Test
  void acceptsCorrectHistory() {
    assertFinds();
  }

  @Test
  void acceptsLateJoinAndResume() {
    alice.subList(0, 4).clear();
    alice.addFirst(new Joined(position(3), nanos(3) + 5));
    bob.add(6, new Resumed(position(9), nanos(9)));
    assertFinds();
  }

  @Test
  void reportsLostLastMessage() {
    bob.removeLast();
    assertFinds(Kind.LOST);
  }

  @Test
  void reportsLostMessageAndGap() {
    bob.remove(5);
    assertFinds(Kind.LOST, Kind.GAP);
  }

  @Test
  void reportsMessagesOfOneSenderThatWereStoredInAnotherOrderThanTheyWereSentIn() {
    Ack third = acks.get(2);
    acks.set(2, resent(third, 1, nanos(1) - 3)); // before the first
    assertFinds(Kind.ORDER);
    acks.set(2, resent(third, 2, nanos(1) - 3));
    assertFinds();
  }

  @Test
  void reportsThatASenderContinuesInAnOlderEpochUnlessTheStoreLostData() {
    String id = "message-of-older-epoch";
    Position older = new Position("", 3);
    alice.add(new Reset("position_lost", new Position("", 2), nanos(11)));
    alice.add(new Seen(older, id, "client-11", 0, nanos(11) + 3));
    bob.clear();
    acks.add(new Ack("carol", "client-11", older, id, false, 1, nanos(11), nanos(11) + 2));
    assertFinds(Kind.ORDER, Kind.UNEXPECTED_RESET);
    lossNanos = nanos(11) - 1;
    assertFinds();
  }

  @Test
  void reportsThatASenderWentBackWithinAnEpochUnlessTheStoreLostDataInBetween() {
    acks.set(2, resent(acks.get(2), 1, nanos(1) - 3)); // before the first
    lossNanos = nanos(11);
    assertFinds(Kind.ORDER);
    lossNanos = nanos(1);
    assertFinds();
  }

  @Test
  void reportsMessageThatWasSentOnceAndAcknowledgedAsDuplicate() {
    acks.set(4, receipt(acks.get(4), true, 1, 0));
    assertFinds(Kind.FALSE_RECEIPT);
    acks.set(4, receipt(acks.get(4), true, 2, 0));
    assertFinds();
  }

  @Test
  void reportsMessageThatWasAcknowledgedAsNewTwiceWithoutALoss() {
    acks.add(receipt(acks.get(4), true, 2, 5));
    assertFinds();
    acks.set(LENGTH, receipt(acks.get(4), false, 2, 5));
    assertFinds(Kind.FALSE_RECEIPT);
    lossNanos = nanos(5);
    assertFinds();
  }

  private static Ack receipt(Ack ack, boolean isDuplicate, int sends, long laterNanos) {
    return new Ack(
        ack.sender(),
        ack.clientId(),
        ack.position(),
        ack.messageId(),
        isDuplicate,
        sends,
        ack.sentNanos(),
        ack.ackedNanos() + laterNanos);
  }

  private static Ack resent(Ack ack, int sends, long sentNanos) {
    return new Ack(
        ack.sender(),
        ack.clientId(),
        ack.position(),
        ack.messageId(),
        false,
        sends,
        sentNanos,
        ack.ackedNanos());
  }

  @Test
  void reportsAcknowledgedMessageThatNoReaderReceived() {
    acks.add(
        new Ack("carol", "client-11", position(11), "message-11", false, 1, nanos(11), nanos(12)));
    assertFinds(Kind.LOST);
  }

  @Test
  void reportsDuplicateMessage() {
    bob.add(6, bob.get(5));
    assertFinds(Kind.DUPLICATE);
  }

  @Test
  void reportsSwappedMessages() {
    Seen fifth = seen(5);
    Seen sixth = seen(6);
    bob.set(5, new Seen(position(5), sixth.messageId(), sixth.clientId(), 0, nanos(5)));
    bob.set(6, new Seen(position(6), fifth.messageId(), fifth.clientId(), 0, nanos(6)));
    assertFinds(Kind.ORDER);
  }

  @Test
  void reportsReorderedMessages() {
    Collections.swap(bob, 5, 6);
    assertFinds(Kind.ORDER, Kind.GAP);
  }

  @Test
  void reportsGapAtUnacknowledgedMessage() {
    acks.remove(4);
    bob.remove(5);
    assertFinds(Kind.GAP);
  }

  @Test
  void reportsFalseRecovery() {
    acks.remove(4);
    bob.set(5, new Resumed(position(7), nanos(7)));
    assertFinds(Kind.FALSE_RECOVERY);
  }

  /** Alice received a fifth message that the store lost; the sixth one does not follow it. */
  @Test
  void reportsFalseRecoveryOnRewrittenLog() {
    lossNanos = nanos(4) + 5;
    alice.set(5, new Seen(position(5), "message-5a", "client-5a", 0, nanos(4) + 7));
    alice.add(6, new Resumed(position(9), nanos(5)));
    alice.add(8, new Reset("later", position(6), nanos(20)));
    assertFinds(Kind.FALSE_RECOVERY);
  }

  @Test
  void reportsClientIdStoredTwice() {
    for (List<Observation> observations : List.of(alice, bob)) {
      observations.set(6, new Seen(position(6), "message-6", "client-2", 0, nanos(6)));
    }
    acks.remove(5);
    assertFinds(Kind.DUPLICATE_ID);
  }

  @Test
  void reportsResetWithoutLoss() {
    bob.add(5, new Reset("lost", position(4), nanos(5)));
    assertFinds(Kind.UNEXPECTED_RESET);
  }

  @Test
  void acceptsMissingMessageSentBeforeReset() {
    lossNanos = nanos(5) - 3;
    bob.set(5, new Reset("rolled_back", position(5), nanos(6) - 3));
    assertFinds();
  }

  @Test
  void reportsMissingMessageSentAfterReset() {
    lossNanos = nanos(4) + 5;
    bob.set(5, new Reset("rolled_back", position(5), nanos(5) - 3));
    assertFinds(Kind.LOST);
  }

  @Test
  void acceptsRepeatedClientIdOnlyAfterLoss() {
    lossNanos = nanos(3);
    for (List<Observation> observations : List.of(alice, bob)) {
      observations.set(6, new Seen(position(6), "message-6", "client-2", 0, nanos(6)));
      observations.add(6, new Reset("rolled_back", position(5), nanos(5) + 5));
    }
    acks.remove(5);
    assertFinds();
    lossNanos = nanos(7);
    assertFinds(Kind.DUPLICATE_ID);
  }
}
