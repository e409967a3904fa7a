package agentcore.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import agentcore.testkit.RawFrame;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Generates streams of valid and invalid frames, complete or cut off. */
final class FrameInputs {
  /** The close codes that frames can cause; a client's own code is returned. */
  private static final Set<Integer> POSSIBLE = Set.of(1000, 1001, 1002, 1003, 1007, 1009);

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Set<Integer> codes = new HashSet<>(POSSIBLE);
  private final Dice dice;
  private final RequestInputs requests;

  /**
   * The bytes to send and the expected outcome.
   *
   * @param codes the permitted close codes
   */
  record Stream(byte[] bytes, Set<Integer> codes) {}

  private FrameInputs(Dice dice, RequestInputs requests) {
    this.dice = dice;
    this.requests = requests;
  }

  static Stream next(Dice dice) {
    return new FrameInputs(dice, new RequestInputs(dice, List.of("fuzz-a", "nobody"), false))
        .stream();
  }

  private Stream stream() {
    for (int i = dice.between(1, 12); i > 0; i--) {
      frame();
    }
    byte[] bytes = out.toByteArray();
    int length = dice.oneIn(3) ? dice.below(bytes.length + 1) : bytes.length;
    return new Stream(Arrays.copyOf(bytes, length), Set.copyOf(codes));
  }

  private void frame() {
    switch (dice.below(12)) {
      case 0 -> put(RawFrame.of(RawFrame.PING, dice.bytes(dice.of(0, 1, 125))));
      case 1 -> put(RawFrame.of(RawFrame.PONG, dice.bytes(dice.of(0, 1, 125))));
      case 2, 3 -> fragments();
      case 4 -> put(dice.oneIn(4) ? close() : RawFrame.text("{}"));
      case 5 -> put(dice.oneIn(4) ? RawFrame.of(RawFrame.TEXT, dice.bytes(20)) : valid());
      case 6 -> wild();
      default -> put(valid());
    }
  }

  private RawFrame valid() {
    return RawFrame.text(requests.next().text());
  }

  /** One text in fragments, cut anywhere, also within a character, with pings between them. */
  private void fragments() {
    byte[] text = requests.next().text().getBytes(UTF_8);
    int from = 0;
    int opcode = RawFrame.TEXT;
    while (from < text.length && !dice.oneIn(50)) {
      int to = Math.min(text.length, from + dice.below(dice.of(2, 10, 200)));
      RawFrame piece = RawFrame.of(opcode, Arrays.copyOfRange(text, from, to));
      put(piece.withFin(to == text.length));
      if (dice.oneIn(5)) {
        put(RawFrame.ping("between"));
      }
      opcode = RawFrame.CONTINUATION;
      from = to;
    }
  }

  private RawFrame close() {
    int code = dice.of(1000, 1001, 1002, 1004, 1005, 1006, 1015, 3000, 4999, 5000, 0, 65535);
    byte[] payload = ByteBuffer.allocate(dice.between(2, 125)).putShort((short) code).array();
    byte[] reason = dice.oneIn(4) ? dice.bytes(payload.length - 2) : new byte[payload.length - 2];
    System.arraycopy(reason, 0, payload, 2, reason.length);
    codes.add(code);
    return RawFrame.of(RawFrame.CLOSE, Arrays.copyOf(payload, dice.of(payload.length, 2, 1, 0)));
  }

  private void wild() {
    switch (dice.below(4)) {
      case 0 -> out.writeBytes(dice.bytes(dice.between(1, 300)));
      case 1 -> put(valid().unmasked());
      case 2 -> put(any());
      default -> headerWithWrongLength();
    }
  }

  /** Any opcode except close, whose code would have to be expected. */
  private RawFrame any() {
    int opcode = dice.of(0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15);
    byte[] payload = dice.bytes(dice.of(0, 1, 2, 125, 126, 127, 1000, 65535, 65536));
    return new RawFrame(!dice.oneIn(3), dice.oneIn(3) ? dice.below(8) : 0, opcode, true, payload);
  }

  /** A header with a length in a longer form than needed, or larger than the data or the limit. */
  private void headerWithWrongLength() {
    long length = dice.of(0L, 125L, 65_535L, 100_000L, 100_001L, 1L << 31, 1L << 40, -1L, 1L << 63);
    out.write(dice.of(0x81, 0x82, 0x01, 0x80, 0x89));
    out.write(0xff);
    out.writeBytes(ByteBuffer.allocate(8).putLong(length).array());
    out.writeBytes(dice.bytes(4 + dice.below(200)));
  }

  private void put(RawFrame frame) {
    out.writeBytes(frame.encode());
  }
}
