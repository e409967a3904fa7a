package agentcore.core.connection;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** Encodes server frames (RFC 6455 section 5.2): final and unmasked. */
public final class Frame {
  private static final int FIN = 0x80;
  private static final int TEXT = 0x1;
  private static final int CLOSE = 0x8;
  private static final int PING = 0x9;
  private static final int PONG = 0xa;
  private static final int CODE_BYTES = 2;

  private Frame() {}

  /** Returns a text frame. */
  public static byte[] text(String text) {
    return text(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns a text frame. */
  public static byte[] text(byte[] utf8) {
    return of(TEXT, utf8);
  }

  /** Returns a text frame with one JSON object of the fields of two, neither of which is empty. */
  public static byte[] merged(byte[] object, byte[] more) {
    int length = object.length + more.length - 1;
    byte[] frame = header(TEXT, length);
    int at = frame.length - length;
    System.arraycopy(object, 0, frame, at, object.length - 1);
    System.arraycopy(more, 0, frame, at + object.length - 1, more.length);
    frame[at + object.length - 1] = ',';
    return frame;
  }

  /** Concatenates frames; a single one is returned as it is. */
  public static byte[] join(List<byte[]> frames) {
    if (frames.size() == 1) {
      return frames.getFirst();
    }
    byte[] joined = new byte[frames.stream().mapToInt(frame -> frame.length).sum()];
    int end = 0;
    for (byte[] frame : frames) {
      System.arraycopy(frame, 0, joined, end, frame.length);
      end += frame.length;
    }
    return joined;
  }

  /** Returns a ping without payload. */
  public static byte[] ping() {
    return of(PING, new byte[0]);
  }

  /** Returns a pong with the payload of the ping that it answers. */
  public static byte[] pong(byte[] payload) {
    return of(PONG, payload);
  }

  /**
   * Returns a close frame.
   *
   * @param reason at most 123 bytes in UTF-8
   */
  public static byte[] close(int code, String reason) {
    byte[] text = reason.getBytes(StandardCharsets.UTF_8);
    byte[] payload = new byte[CODE_BYTES + text.length];
    payload[0] = (byte) (code >> 8);
    payload[1] = (byte) code;
    System.arraycopy(text, 0, payload, CODE_BYTES, text.length);
    return of(CLOSE, payload);
  }

  private static byte[] of(int opcode, byte[] payload) {
    byte[] frame = header(opcode, payload.length);
    System.arraycopy(payload, 0, frame, frame.length - payload.length, payload.length);
    return frame;
  }

  /** Returns a frame whose payload is still to be filled in. */
  private static byte[] header(int opcode, int length) {
    int header = length < 126 ? 2 : length < 65536 ? 4 : 10;
    byte[] frame = new byte[header + length];
    frame[0] = (byte) (FIN | opcode);
    if (header == 2) {
      frame[1] = (byte) length;
    } else {
      frame[1] = (byte) (header == 4 ? 126 : 127);
      for (int i = header - 1, rest = length; i > 1; i--, rest >>>= 8) {
        frame[i] = (byte) rest;
      }
    }
    return frame;
  }
}
