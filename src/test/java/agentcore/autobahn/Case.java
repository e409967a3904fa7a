package agentcore.autobahn;

import static java.nio.charset.StandardCharsets.UTF_8;

import agentcore.testkit.RawFrame;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * One case: the bytes to send, in which pieces, and the required answers.
 *
 * @param number in the suite
 * @param answers in order: {@code echo TEXT}, {@code pong HEX} or {@code error CODE}
 * @param code the close code of the server; {@link #OPEN} if the connection stays open
 */
record Case(String number, Chops chops, List<RawFrame> frames, List<String> answers, int code) {
  static final int OPEN = 0;

  private static final String BEFORE = "{\"type\":\"echo\",\"data\":{\"text\":\"";
  private static final String BEHIND = "\"}}";

  /** How many bytes are written at once. */
  enum Chops {
    ALL,
    FRAMES,
    OCTETS
  }

  static Case of(String number, RawFrame... frames) {
    return new Case(number, Chops.ALL, List.of(frames), List.of(), OPEN);
  }

  static Case of(String number, List<RawFrame> frames) {
    return new Case(number, Chops.ALL, frames, List.of(), OPEN);
  }

  Case in(Chops pieces) {
    return new Case(number, pieces, frames, answers, code);
  }

  Case answers(String... all) {
    return new Case(number, chops, frames, List.of(all), code);
  }

  Case ends(int withCode) {
    return new Case(number, chops, frames, answers, withCode);
  }

  /** Creates a text message that is echoed. */
  static RawFrame say(String text) {
    return RawFrame.text(BEFORE + text + BEHIND);
  }

  /** Creates a text message of this length that is echoed. */
  static RawFrame sayBytes(int bytes) {
    return say(filler(bytes));
  }

  /** Returns the text in {@link #sayBytes}. */
  static String filler(int bytes) {
    return "*".repeat(bytes - BEFORE.length() - BEHIND.length());
  }

  /** Splits a message into frames that begin at 0 and at these offsets. */
  static List<RawFrame> cut(RawFrame message, int... places) {
    List<RawFrame> frames = new ArrayList<>();
    int from = 0;
    for (int i = 0; i <= places.length; i++) {
      int to = i < places.length ? places[i] : message.payload().length;
      int opcode = i == 0 ? message.opcode() : RawFrame.CONTINUATION;
      byte[] part = Arrays.copyOfRange(message.payload(), from, to);
      frames.add(RawFrame.of(opcode, part).withFin(i == places.length));
      from = to;
    }
    return frames;
  }

  /** Splits a message into frames of this length. */
  static List<RawFrame> cutEvery(RawFrame message, int bytes) {
    int cuts = (message.payload().length - 1) / bytes;
    int[] places = new int[cuts];
    for (int i = 0; i < cuts; i++) {
      places[i] = (i + 1) * bytes;
    }
    return cut(message, places);
  }

  static RawFrame frame(int opcode, String text) {
    return RawFrame.of(opcode, text.getBytes(UTF_8));
  }

  static RawFrame ping(byte... payload) {
    return RawFrame.of(RawFrame.PING, payload);
  }

  static String pong(byte... payload) {
    return "pong " + HexFormat.of().formatHex(payload);
  }

  static RawFrame close(byte... payload) {
    return RawFrame.of(RawFrame.CLOSE, payload);
  }

  /** Creates a close frame with a reason of this length. */
  static RawFrame close(int code, int reasonBytes) {
    byte[] payload = new byte[2 + reasonBytes];
    Arrays.fill(payload, (byte) '*');
    return close(ByteBuffer.wrap(payload).putShort((short) code).array());
  }

  @Override
  public String toString() {
    return number;
  }
}
