package agentcore.cli.bench;

import static agentcore.cli.bench.Receiver.Verdict.DUPLICATE;
import static agentcore.cli.bench.Receiver.Verdict.IN_ORDER;
import static agentcore.cli.bench.Receiver.Verdict.REORDERED;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One receiver of frames that are lost, duplicated and swapped on the way. */
class ReceiverTest {
  private static final long NO_SEQ = -1;
  private static final byte[] MARK = ChatText.mark("abc123");

  private final Receiver receiver = new Receiver(0, MARK, 2);
  private final Tally tally = new Tally();

  /** Returns a server's frame, without its header, with message {@code number} of a sender. */
  private static byte[] event(int sender, int number, long seq) {
    String text = "~abc123~%012d%05d%09dxxx".formatted(7, sender, number);
    String position = seq == NO_SEQ ? "" : ",\"seq\":" + seq + ",\"epoch\":\"e\"";
    return ("{\"type\":\"chat_message\",\"room\":\"r\",\"text\":\"" + text + "\"" + position + "}")
        .getBytes(StandardCharsets.UTF_8);
  }

  private Receiver.Verdict see(int sender, int number, long seq) {
    byte[] bytes = event(sender, number, seq);
    int at = receiver.find(bytes, 0, bytes.length);
    assertEquals(number, ChatText.number(bytes, at));
    assertEquals(sender, ChatText.sender(bytes, at));
    assertEquals(7, ChatText.dueMicros(bytes, at));
    Receiver.Verdict verdict = receiver.check(sender, bytes, at, 0, bytes.length);
    tally.delivered(verdict, 0, 0);
    return verdict;
  }

  private List<Receiver.Verdict> seeNumbers(int... numbers) {
    List<Receiver.Verdict> verdicts = new ArrayList<>();
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
  void acceptsFramesThatArriveOnceAndInOrder() {
    tally.sent(3, 1);
    assertEquals(List.of(IN_ORDER, IN_ORDER, IN_ORDER), seeNumbers(1, 2, 3));
    assertTally(0, 0, 0);
  }

  @Test
  void countsALostFrame() {
    tally.sent(3, 1);
    assertEquals(List.of(IN_ORDER, IN_ORDER), seeNumbers(1, 3));
    assertTally(1, 0, 0);
  }

  @Test
  void countsALostLastFrame() {
    tally.sent(2, 1);
    seeNumbers(1);
    assertTally(1, 0, 0);
  }

  @Test
  void duplicateFrameDoesNotHideALoss() {
    tally.sent(3, 1);
    assertEquals(List.of(IN_ORDER, DUPLICATE, IN_ORDER, DUPLICATE), seeNumbers(1, 1, 3, 3));
    assertTally(1, 2, 0);
  }

  @Test
  void countsSwappedFramesOnceAsReordered() {
    tally.sent(4, 1);
    assertEquals(
        List.of(IN_ORDER, IN_ORDER, REORDERED, IN_ORDER, DUPLICATE), seeNumbers(1, 3, 2, 4, 2));
    assertTally(0, 1, 1);
  }

  @Test
  void messagesOfTwoSendersMustArriveInTheOrderOfTheLog() {
    tally.sent(4, 1);
    assertEquals(IN_ORDER, see(0, 1, 10));
    assertEquals(IN_ORDER, see(1, 1, 12));
    assertEquals(REORDERED, see(0, 2, 11));
    assertEquals(IN_ORDER, see(1, 2, 100_000));
    assertTally(0, 0, 1);
  }

  @Test
  void ignoresFramesOfAnotherRun() {
    byte[] bytes = event(0, 1, 1);
    assertEquals(-1, new Receiver(0, ChatText.mark("abc124"), 1).find(bytes, 0, bytes.length));
  }
}
