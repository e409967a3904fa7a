package agentcore.cli.bench;

import static agentcore.cli.bench.Checker.NO_SEQ;
import static agentcore.cli.bench.Checker.Verdict.DUPLICATE;
import static agentcore.cli.bench.Checker.Verdict.IN_ORDER;
import static agentcore.cli.bench.Checker.Verdict.REORDERED;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One sender's frames, lost, doubled and swapped on their way to one receiver. */
class CheckerTest {
  private static final byte[] MARK = ChatText.mark("abc123");

  private final Receiver receiver = new Receiver(0, MARK, 2);
  private final Tally tally = new Tally();

  /** Returns a server's frame, without its header, with message {@code number} of a sender. */
  private static byte[] event(int sender, int number, long seq) {
    String text = "~abc123~%012d%05d%09dxxx".formatted(7, sender, number);
    String place = seq == NO_SEQ ? "" : ",\"seq\":" + seq + ",\"epoch\":\"e\"";
    return ("{\"type\":\"chat_message\",\"room\":\"r\",\"text\":\"" + text + "\"" + place + "}")
        .getBytes(StandardCharsets.UTF_8);
  }

  private Checker.Verdict see(int sender, int number, long seq) {
    byte[] bytes = event(sender, number, seq);
    int at = receiver.find(bytes, 0, bytes.length);
    assertEquals(number, ChatText.number(bytes, at));
    assertEquals(sender, ChatText.sender(bytes, at));
    assertEquals(7, ChatText.dueMicros(bytes, at));
    Checker.Verdict verdict = receiver.check(sender, bytes, at, 0, bytes.length);
    tally.delivered(verdict, 0, 0);
    return verdict;
  }

  private List<Checker.Verdict> seeNumbers(int... numbers) {
    List<Checker.Verdict> verdicts = new ArrayList<>();
    for (int number : numbers) {
      verdicts.add(see(0, number, NO_SEQ));
    }
    return verdicts;
  }

  private void assertTally(long lost, long duplicated, long reordered) {
    assertEquals(lost, tally.lost());
    assertEquals(duplicated, tally.duplicated());
    assertEquals(reordered, tally.reordered());
  }

  @Test
  void whatComesOnceAndInOrderIsRight() {
    tally.sent(3, 1);
    assertEquals(List.of(IN_ORDER, IN_ORDER, IN_ORDER), seeNumbers(1, 2, 3));
    assertTally(0, 0, 0);
  }

  @Test
  void aLostFrameIsCountedAsLost() {
    tally.sent(3, 1);
    assertEquals(List.of(IN_ORDER, IN_ORDER), seeNumbers(1, 3));
    assertTally(1, 0, 0);
  }

  @Test
  void aLostLastFrameIsCountedAsLost() {
    tally.sent(2, 1);
    seeNumbers(1);
    assertTally(1, 0, 0);
  }

  @Test
  void aDoubledFrameIsADuplicateAndMakesUpForNoLoss() {
    tally.sent(3, 1);
    assertEquals(List.of(IN_ORDER, DUPLICATE, IN_ORDER, DUPLICATE), seeNumbers(1, 1, 3, 3));
    assertTally(1, 2, 0);
  }

  @Test
  void swappedFramesAreReorderedOnce() {
    tally.sent(4, 1);
    assertEquals(
        List.of(IN_ORDER, IN_ORDER, REORDERED, IN_ORDER, DUPLICATE), seeNumbers(1, 3, 2, 4, 2));
    assertTally(0, 1, 1);
  }

  @Test
  void messagesOfTwoSendersMustComeInTheOrderOfTheLog() {
    tally.sent(4, 1);
    assertEquals(IN_ORDER, see(0, 1, 10));
    assertEquals(IN_ORDER, see(1, 1, 12));
    assertEquals(REORDERED, see(0, 2, 11));
    assertEquals(IN_ORDER, see(1, 2, 100_000));
    assertTally(0, 0, 1);
  }

  @Test
  void framesOfAnotherRunAreNotOurs() {
    byte[] bytes = event(0, 1, 1);
    assertEquals(-1, new Receiver(0, ChatText.mark("abc124"), 1).find(bytes, 0, bytes.length));
  }
}
