package agentcore.cli.bench;

import agentcore.cli.bench.socket.Bytes;
import agentcore.cli.bench.socket.ClientFrame;
import java.nio.charset.StandardCharsets;

/**
 * The text of a message: a mark, by which a receiver finds it without parsing the JSON around it,
 * then numbers of fixed width. Without the spaces:
 *
 * <pre>
 *   ~k3j9xa~ 000012345678 00042  000000107 xxxxxxx...
 *   mark     due, in us   sender number    filler
 * </pre>
 */
final class ChatText {
  static final int RUN_LENGTH = 6;
  private static final int MARK_LENGTH = RUN_LENGTH + 2;
  private static final int DUE_DIGITS = 12;
  private static final int SENDER_DIGITS = 5;
  private static final int NUMBER_DIGITS = 9;

  private static final int DUE = MARK_LENGTH;
  private static final int SENDER = DUE + DUE_DIGITS;
  private static final int NUMBER = SENDER + SENDER_DIGITS;

  /** The length of a text without filler. */
  static final int MIN_BYTES = NUMBER + NUMBER_DIGITS;

  private ChatText() {}

  /** Returns the mark of the texts of one run. */
  static byte[] mark(String run) {
    return ('~' + run + '~').getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Returns a frame that sends a text to a room, with zeros for the numbers.
   *
   * @param bytes the length of the text
   */
  static ClientFrame frame(byte[] mark, int sender, String room, int bytes) {
    String text = new String(mark, StandardCharsets.US_ASCII);
    text += "0".repeat(MIN_BYTES - MARK_LENGTH) + "x".repeat(bytes - MIN_BYTES);
    String before = "{\"type\":\"chat_message\",\"data\":{\"text\":\"";
    ClientFrame frame =
        ClientFrame.text(before + text + "\",\"room\":\"" + room + "\"}}").from(before.length());
    frame.digits(SENDER, SENDER_DIGITS, sender);
    return frame;
  }

  /** Writes the numbers of the next message into such a frame. */
  static void next(ClientFrame frame, long dueMicros, int number) {
    frame.digits(DUE, DUE_DIGITS, dueMicros);
    frame.digits(NUMBER, NUMBER_DIGITS, number);
  }

  /** Returns when the message at {@code at} was due. */
  static long dueMicros(byte[] bytes, int at) {
    return Bytes.number(bytes, at + DUE, DUE_DIGITS);
  }

  /** Returns the sender's index. */
  static int sender(byte[] bytes, int at) {
    return (int) Bytes.number(bytes, at + SENDER, SENDER_DIGITS);
  }

  /** Returns the message's number among those of its sender, from 1. */
  static int number(byte[] bytes, int at) {
    return (int) Bytes.number(bytes, at + NUMBER, NUMBER_DIGITS);
  }
}
