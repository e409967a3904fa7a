package agentcore.autobahn;

import static agentcore.autobahn.Case.close;
import static agentcore.autobahn.Case.cut;
import static agentcore.autobahn.Case.cutEvery;
import static agentcore.autobahn.Case.filler;
import static agentcore.autobahn.Case.frame;
import static agentcore.autobahn.Case.ping;
import static agentcore.autobahn.Case.pong;
import static agentcore.autobahn.Case.say;
import static agentcore.autobahn.Case.sayBytes;
import static java.nio.charset.StandardCharsets.UTF_8;

import agentcore.autobahn.Case.Chops;
import agentcore.testkit.RawFrame;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Framing, pings, reserved bits, opcodes, fragments and closing; UTF-8 is {@link Utf8Test}. */
class AutobahnTest extends EchoingServer {
  private static final byte[] HELLO = "Hello, world!".getBytes(UTF_8);
  private static final byte[] ODD = HexFormat.of().parseHex("00fffefdfcfb00ff");
  private static final String ECHO = "echo Hello, world!";
  private static final RawFrame TEXT = say("Hello, world!");
  private static final List<Chops> CHOPS = List.of(Chops.ALL, Chops.FRAMES, Chops.OCTETS);

  /** The same message, written in different pieces. */
  private static Stream<Case> chopped(Case all, String... numbers) {
    return IntStream.range(0, numbers.length)
        .mapToObj(i -> new Case(numbers[i], CHOPS.get(i), all.frames(), all.answers(), all.code()));
  }

  private static List<RawFrame> join(Object... parts) {
    List<RawFrame> frames = new ArrayList<>();
    for (Object part : parts) {
      if (part instanceof List<?> list) {
        list.forEach(each -> frames.add((RawFrame) each));
      } else {
        frames.add((RawFrame) part);
      }
    }
    return frames;
  }

  static Stream<Case> framing() {
    List<Case> cases = new ArrayList<>();
    cases.add(Case.of("1.1.1", frame(RawFrame.TEXT, "")).answers("error INVALID_JSON"));
    int[] sizes = {125, 126, 127, 128, 65535, 65536};
    for (int i = 0; i < sizes.length; i++) {
      Case text = Case.of("1.1." + (i + 2), sayBytes(sizes[i]));
      cases.add(text.answers("echo " + filler(sizes[i])));
      Case binary = Case.of("1.2." + (i + 2), RawFrame.of(RawFrame.BINARY, new byte[sizes[i]]));
      cases.add(binary.ends(1003));
    }
    Case chops = Case.of("1.1.8", sayBytes(65536)).in(Chops.OCTETS);
    cases.add(chops.answers("echo " + filler(65536)));
    cases.add(Case.of("1.2.1", frame(RawFrame.BINARY, "")).ends(1003));
    RawFrame binary = RawFrame.of(RawFrame.BINARY, new byte[2000]);
    cases.add(Case.of("1.2.8", binary).in(Chops.OCTETS).ends(1003));
    return cases.stream();
  }

  static Stream<Case> pings() {
    byte[] longest = new byte[125];
    RawFrame unasked = RawFrame.of(RawFrame.PONG, HELLO);
    List<RawFrame> ten =
        IntStream.range(0, 10).mapToObj(i -> ping(("payload-" + i).getBytes(UTF_8))).toList();
    String[] tenPongs = ten.stream().map(p -> pong(p.payload())).toArray(String[]::new);
    return Stream.of(
        Case.of("2.1", ping()).answers(pong()),
        Case.of("2.2", ping(HELLO)).answers(pong(HELLO)),
        Case.of("2.3", ping(ODD)).answers(pong(ODD)),
        Case.of("2.4", ping(longest)).answers(pong(longest)),
        Case.of("2.5", ping(new byte[126])).ends(1002),
        Case.of("2.6", ping(longest)).in(Chops.OCTETS).answers(pong(longest)),
        Case.of("2.7", RawFrame.of(RawFrame.PONG, new byte[0])),
        Case.of("2.8", unasked),
        Case.of("2.9", unasked, ping(ODD)).answers(pong(ODD)),
        Case.of("2.10", ten).answers(tenPongs),
        Case.of("2.11", ten).in(Chops.OCTETS).answers(tenPongs));
  }

  static Stream<Case> reservedBits() {
    return Stream.of(
        Case.of("3.1", TEXT.withRsv(1)).ends(1002),
        Case.of("3.2", TEXT, TEXT.withRsv(2), ping()).answers(ECHO).ends(1002),
        Case.of("3.3", TEXT, TEXT.withRsv(3), ping()).in(Chops.FRAMES).answers(ECHO).ends(1002),
        Case.of("3.4", TEXT, TEXT.withRsv(4), ping()).in(Chops.OCTETS).answers(ECHO).ends(1002),
        Case.of("3.5", RawFrame.of(RawFrame.BINARY, ODD).withRsv(5)).ends(1002),
        Case.of("3.6", ping(HELLO).withRsv(6)).ends(1002),
        Case.of("3.7", close(1000, 0).withRsv(7)).ends(1002));
  }

  static Stream<Case> opcodes() {
    return Stream.of(3, 11)
        .flatMap(
            first -> {
              String number = first == 3 ? "4.1." : "4.2.";
              RawFrame fourth = frame(first + 3, "Hello, world!");
              return Stream.of(
                  Case.of(number + 1, frame(first, "")).ends(1002),
                  Case.of(number + 2, frame(first + 1, "reserved opcode")).ends(1002),
                  Case.of(number + 3, TEXT, frame(first + 2, ""), ping())
                      .in(Chops.FRAMES)
                      .answers(ECHO)
                      .ends(1002),
                  Case.of(number + 4, TEXT, fourth, ping()).answers(ECHO).ends(1002),
                  Case.of(number + 5, TEXT, frame(first + 4, "Hello, world!"), ping())
                      .in(Chops.OCTETS)
                      .answers(ECHO)
                      .ends(1002));
            });
  }

  static Stream<Case> fragments() {
    RawFrame one = frame(RawFrame.CONTINUATION, "fragment1");
    List<RawFrame> two = cut(TEXT, 20);
    List<RawFrame> pinged = join(two.getFirst(), ping(HELLO), two.getLast());
    List<RawFrame> five = cut(TEXT, 5, 10, 20, 30);
    List<RawFrame> legal =
        join(five.subList(0, 2), ping(HELLO), five.subList(2, 4), ping(ODD), five.getLast());
    RawFrame open = one.withFin(false);
    return Stream.of(
            chopped(Case.of("", two).answers(ECHO), "5.3", "5.4", "5.5"),
            chopped(Case.of("", pinged).answers(pong(HELLO), ECHO), "5.6", "5.7", "5.8"),
            chopped(Case.of("", one, TEXT).ends(1002), "5.9", "5.10", "5.11"),
            chopped(Case.of("", open, TEXT).ends(1002), "5.12", "5.13", "5.14"),
            chopped(Case.of("", legal).answers(pong(HELLO), pong(ODD), ECHO), "5.19", "5.20"),
            Stream.of(
                Case.of("5.1", cut(ping(HELLO), 5)).ends(1002),
                Case.of("5.2", cut(RawFrame.of(RawFrame.PONG, HELLO), 5)).ends(1002),
                Case.of("5.15", join(two, open, TEXT)).answers(ECHO).ends(1002),
                Case.of("5.16", join(open, two, open, two)).ends(1002),
                Case.of("5.17", join(one, two, one, two)).ends(1002),
                Case.of("5.18", TEXT.withFin(false), TEXT).ends(1002)))
        .flatMap(cases -> cases);
  }

  static Stream<Case> closing() {
    List<RawFrame> two = cut(TEXT, 20);
    RawFrame end = close(1000, 0);
    byte[] brokenReason = HexFormat.of().parseHex("03e8cebae1bdb9cf83cebcceb5eda080656469746564");
    int large = 256 * 1024;
    return Stream.of(
        Case.of("7.1.1", TEXT, end).answers(ECHO).ends(1000),
        Case.of("7.1.2", end, end).ends(1000),
        Case.of("7.1.3", end, ping()).ends(1000),
        Case.of("7.1.4", end, TEXT).ends(1000),
        Case.of("7.1.5", join(two.getFirst(), end, two.getLast())).ends(1000),
        Case.of("7.1.6", sayBytes(large), TEXT, end, ping())
            .answers("echo " + filler(large), ECHO)
            .ends(1000),
        Case.of("7.3.1", close()).ends(1000),
        Case.of("7.3.2", close((byte) 3)).ends(1002),
        Case.of("7.3.3", end).ends(1000),
        Case.of("7.3.4", close(1000, 12)).ends(1000),
        Case.of("7.3.5", close(1000, 123)).ends(1000),
        Case.of("7.3.6", close(1000, 124)).ends(1002),
        Case.of("7.5.1", close(brokenReason)).ends(1007));
  }

  static Stream<Case> closeCodes() {
    int[] valid = {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999};
    int[] invalid = {0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999};
    int[] beyond = {5000, 65535};
    return Stream.of(
            IntStream.range(0, valid.length)
                .mapToObj(i -> Case.of("7.7." + (i + 1), close(valid[i], 0)).ends(valid[i])),
            IntStream.range(0, invalid.length)
                .mapToObj(i -> Case.of("7.9." + (i + 1), close(invalid[i], 0)).ends(1002)),
            IntStream.range(0, beyond.length)
                .mapToObj(i -> Case.of("7.13." + (i + 1), close(beyond[i], 0)).ends(1002)))
        .flatMap(cases -> cases);
  }

  /** The small cases of classes 9 and 10: large messages, and many fragments. */
  static Stream<Case> limits() {
    int most = 1024 * 1024;
    int some = 64 * 1024;
    return Stream.of(
        Case.of("9.1.1", sayBytes(some)).answers("echo " + filler(some)),
        Case.of("9.1.2", sayBytes(4 * some)).answers("echo " + filler(4 * some)),
        Case.of("9.1.3", sayBytes(most)).answers("echo " + filler(most)),
        Case.of("9.1.4", sayBytes(most + 1)).ends(1009),
        Case.of("9.3.1", cutEvery(sayBytes(some), 64)).answers("echo " + filler(some)),
        Case.of("9.3.3", cutEvery(sayBytes(most), 1024)).answers("echo " + filler(most)),
        Case.of("9.7.1", Collections.nCopies(500, TEXT))
            .answers(Collections.nCopies(500, ECHO).toArray(String[]::new)),
        Case.of("10.1.1", cutEvery(sayBytes(65536), 1300)).answers("echo " + filler(65536)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({
    "framing",
    "pings",
    "reservedBits",
    "opcodes",
    "fragments",
    "closing",
    "closeCodes",
    "limits"
  })
  void answersTheCaseAsRequired(Case each) {
    play(each);
  }
}
