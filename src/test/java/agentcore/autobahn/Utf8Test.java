package agentcore.autobahn;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import agentcore.testkit.RawFrame;
import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Class 6 of the suite, with the sequences of Markus Kuhn's UTF-8 decoder stress test. */
class Utf8Test extends EchoingServer {
  private static final String KOSME = "cebae1bdb9cf83cebcceb5";

  /** Each line is a section, whose cases are numbered from 1. A minus marks invalid UTF-8. */
  private static final String SEQUENCES =
      """
      6.5  68656c6c6f24776f726c64 68656c6c6fc2a2776f726c64 68656c6c6fe282ac776f726c64 \
      68656c6c6ff0a4ada2776f726c64 cebae1bdb9cf83cebcceb5
      6.6  -ce ceba -cebae1 -cebae1bd cebae1bdb9 -cebae1bdb9cf cebae1bdb9cf83 -cebae1bdb9cf83ce \
      cebae1bdb9cf83cebc -cebae1bdb9cf83cebcce cebae1bdb9cf83cebcceb5
      6.7  00 c280 e0a080 f0908080
      6.8  -f888808080 -fc8480808080
      6.9  7f dfbf efbfbf f48fbfbf
      6.10 -f7bfbfbf -fbbfbfbfbf -fdbfbfbfbfbf
      6.11 ed9fbf ee8080 efbfbd f48fbfbf -f4908080
      6.12 -80 -bf -80bf -80bf80 -80bf80bf -80bf80bf80 -80bf80bf80bf -8081828384858687
      6.13 -c020c120c220df20 -e020e120ef20 -f020f120f720 -f820f920fb20 -fc20fd20
      6.14 -c0 -e080 -f08080 -f8808080 -fc80808080 -df -efbf -f7bfbf -fbbfbfbf -fdbfbfbfbf
      6.15 -c0e080f08080f8808080fc80808080dfefbff7bfbffbbfbfbffdbfbfbfbf
      6.16 -fe -ff -fefeffff
      6.17 -c0af -e080af -f08080af -f8808080af -fc80808080af
      6.18 -c1bf -e09fbf -f08fbfbf -f887bfbfbf -fc83bfbfbfbf
      6.19 -c080 -e08080 -f0808080 -f880808080 -fc8080808080
      6.20 -eda080 -edadbf -edae80 -edafbf -edb080 -edbe80 -edbfbf
      6.21 -eda080edb080 -eda080edbfbf -edadbfedb080 -edadbfedbfbf -edae80edb080 -edae80edbfbf \
      -edafbfedb080 -edafbfedbfbf
      6.22 efbfbe efbfbf f09fbfbe f09fbfbf f0afbfbe f0afbfbf f0bfbfbe f0bfbfbf f18fbfbe f18fbfbf \
      f19fbfbe f19fbfbf f1afbfbe f1afbfbf f1bfbfbe f1bfbfbf f28fbfbe f28fbfbf f29fbfbe f29fbfbf \
      f2afbfbe f2afbfbf f2bfbfbe f2bfbfbf f38fbfbe f38fbfbf f39fbfbe f39fbfbf f3afbfbe f3afbfbf \
      f3bfbfbe f3bfbfbf f48fbfbe f48fbfbf
      6.23 efbfb9 efbfba efbfbb efbfbc efbfbd efbfbe efbfbf
      """;

  static Stream<Arguments> sequences() {
    List<Arguments> all = new ArrayList<>();
    for (String line : SEQUENCES.lines().toList()) {
      String[] words = line.split(" +");
      for (int i = 1; i < words.length; i++) {
        boolean isValid = !words[i].startsWith("-");
        all.add(Arguments.of(words[0] + "." + i, isValid, words[i].replace("-", "")));
      }
    }
    return all.stream();
  }

  /** Puts bytes into the text of a request. */
  private static RawFrame say(byte[] text) {
    ByteArrayOutputStream payload = new ByteArrayOutputStream();
    payload.writeBytes("{\"type\":\"echo\",\"data\":{\"text\":\"".getBytes(UTF_8));
    payload.writeBytes(text);
    payload.writeBytes("\"}}".getBytes(UTF_8));
    return RawFrame.of(RawFrame.TEXT, payload.toByteArray());
  }

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("sequences")
  void echoesValidTextAndClosesOnInvalidText(String number, boolean isValid, String hex) {
    Case whole = Case.of(number, say(bytes(hex)));
    Case octets = Case.of(number, Case.cutEvery(say(bytes(hex)), 1));
    Case bare = Case.of(number, RawFrame.of(RawFrame.TEXT, bytes(hex)));
    if (!isValid) {
      Stream.of(whole, octets, bare).forEach(each -> play(each.ends(1007)));
      return;
    }
    // JSON requires a control character to be escaped, and this one is not.
    String text = new String(bytes(hex), UTF_8);
    String answer = text.equals("\0") ? "error INVALID_JSON" : "echo " + text;
    play(whole.answers(answer));
    play(octets.answers(answer));
    play(bare.answers("error INVALID_JSON"));
  }

  @Test
  void joinsEmptyAndSplitFragmentsIntoOneMessage() {
    RawFrame empty = RawFrame.of(RawFrame.TEXT, new byte[0]);
    RawFrame kosme = say(bytes(KOSME));
    int end = kosme.payload().length;
    String text = "echo " + new String(bytes(KOSME), UTF_8);
    play(Case.of("6.1.1", empty).answers("error INVALID_JSON"));
    play(Case.of("6.1.2", Case.cut(empty, 0, 0)).answers("error INVALID_JSON"));
    play(Case.of("6.1.3", Case.cut(kosme, 0, end)).answers(text));
    play(Case.of("6.2.1", kosme).answers(text));
    int inside = end - 3 - 4; // in the middle of the text, between two characters
    play(Case.of("6.2.2", Case.cut(kosme, inside)).answers(text));
    play(Case.of("6.2.3", Case.cutEvery(kosme, 1)).answers(text));
    play(Case.of("6.2.4", Case.cut(kosme, inside + 1)).answers(text));
    byte[] broken = bytes(KOSME + "eda080" + "656469746564");
    play(Case.of("6.3.1", RawFrame.of(RawFrame.TEXT, broken)).ends(1007));
    play(Case.of("6.3.2", Case.cutEvery(RawFrame.of(RawFrame.TEXT, broken), 1)).ends(1007));
  }

  /**
   * The suite expects the second part to be rejected at once, and counts a rejection of the whole
   * message as NON-STRICT. The first part alone must be accepted.
   */
  @ParameterizedTest(name = "6.4.{0}")
  @ValueSource(ints = {1, 2})
  void invalidFragmentClosesTheConnection(int number) {
    byte[] all = bytes(KOSME + "f4908080" + "656469746564");
    int[] places = number == 1 ? new int[] {11, 15} : new int[] {12, 13};
    List<RawFrame> frames = Case.cut(RawFrame.of(RawFrame.TEXT, all), places);
    try (RawClient client = connect()) {
      client.send(frames.get(0));
      client.expectSilence();
      assertEquals(1007, codeAfter(client, frames.subList(1, 3)));
    }
  }

  @ParameterizedTest(name = "6.4.{0}")
  @ValueSource(ints = {3, 4})
  void invalidPieceOfAFrameClosesTheConnection(int number) {
    byte[] frame = RawFrame.of(RawFrame.TEXT, bytes(KOSME + "f4908080" + "656469746564")).encode();
    int[] places = number == 3 ? new int[] {17, 21} : new int[] {18, 19};
    try (RawClient client = connect()) {
      client.sendBytes(Arrays.copyOf(frame, places[0]));
      client.sendBytes(Arrays.copyOfRange(frame, places[0], places[1]));
      client.sendBytes(Arrays.copyOfRange(frame, places[1], frame.length));
      assertEquals(1007, client.expectClose().code());
    }
  }

  private static int codeAfter(RawClient client, List<RawFrame> frames) {
    try {
      frames.forEach(client::send);
    } catch (UncheckedIOException early) {
      // the first part was already rejected
    }
    return client.expectClose().code();
  }

  @Test
  void echoesEveryUnicodeCharacter() {
    try (RawClient client = connect()) {
      for (int from = 0x20; from < Character.MAX_CODE_POINT; from += 0x4000) {
        String text =
            IntStream.range(from, from + 0x4000)
                .filter(c -> c != '"' && c != '\\' && (c < 0xd800 || c > 0xdfff))
                .filter(Character::isValidCodePoint)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        client.send(say(text.getBytes(UTF_8)));
        assertEquals("echo " + text, told(client.nextFrame(Await.DEADLINE).orElseThrow()));
      }
    }
  }
}
