package agentcore.testkit;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * A WebSocket frame, valid or not (RFC 6455 section 5.2).
 *
 * @param fin whether it is the last frame of its message
 * @param rsv the three reserved bits, 0 to 7
 * @param opcode 0 to 15
 * @param masked whether it is masked; a client's frames must be, a server's must not
 * @param payload the unmasked payload
 */
public record RawFrame(boolean fin, int rsv, int opcode, boolean masked, byte[] payload) {
  public static final int CONTINUATION = 0x0;
  public static final int TEXT = 0x1;
  public static final int BINARY = 0x2;
  public static final int CLOSE = 0x8;
  public static final int PING = 0x9;
  public static final int PONG = 0xa;

  private static final byte[] MASK_KEY = {0x12, (byte) 0xf0, 0x5a, (byte) 0x81};
  private static final int NO_STATUS = 1005;

  /** Returns an unfragmented, masked frame. */
  public static RawFrame of(int opcode, byte[] payload) {
    return new RawFrame(true, 0, opcode, true, payload);
  }

  /** Returns an unfragmented, masked text frame. */
  public static RawFrame text(String text) {
    return of(TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns a ping. */
  public static RawFrame ping(String payload) {
    return of(PING, payload.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns a close frame. */
  public static RawFrame close(int code, String reason) {
    byte[] text = reason.getBytes(StandardCharsets.UTF_8);
    return of(CLOSE, ByteBuffer.allocate(2 + text.length).putShort((short) code).put(text).array());
  }

  /** Returns this frame with the FIN bit set or cleared. */
  public RawFrame withFin(boolean last) {
    return new RawFrame(last, rsv, opcode, masked, payload);
  }

  /** Returns this frame with these reserved bits. */
  public RawFrame withRsv(int bits) {
    return new RawFrame(fin, bits, opcode, masked, payload);
  }

  /** Returns this frame without a mask. */
  public RawFrame unmasked() {
    return new RawFrame(fin, rsv, opcode, false, payload);
  }

  /** Returns the payload as text. */
  public String text() {
    return new String(payload, StandardCharsets.UTF_8);
  }

  /** Returns the code of a close frame; 1005 if it has none. */
  public int closeCode() {
    return payload.length < 2 ? NO_STATUS : ByteBuffer.wrap(payload).getShort() & 0xffff;
  }

  /** Returns the reason of a close frame. */
  public String closeReason() {
    return payload.length < 2
        ? ""
        : new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
  }

  /** Returns the encoded frame. */
  public byte[] encode() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write((fin ? 0x80 : 0) | rsv << 4 | opcode);
    int mask = masked ? 0x80 : 0;
    int length = payload.length;
    if (length < 126) {
      out.write(mask | length);
    } else if (length < 65536) {
      out.write(mask | 126);
      out.writeBytes(ByteBuffer.allocate(2).putShort((short) length).array());
    } else {
      out.write(mask | 127);
      out.writeBytes(ByteBuffer.allocate(8).putLong(length).array());
    }
    if (masked) {
      out.writeBytes(MASK_KEY);
    }
    out.writeBytes(masked ? masked(payload, MASK_KEY) : payload);
    return out.toByteArray();
  }

  private static byte[] masked(byte[] bytes, byte[] key) {
    byte[] masked = bytes.clone();
    for (int i = 0; i < masked.length; i++) {
      masked[i] ^= key[i % 4];
    }
    return masked;
  }

  /** Decodes a frame and advances the position of {@code bytes}; empty if it is incomplete. */
  public static Optional<RawFrame> decode(ByteBuffer bytes) {
    ByteBuffer in = bytes.duplicate();
    if (in.remaining() < 2) {
      return Optional.empty();
    }
    int first = in.get();
    int second = in.get();
    int short7 = second & 0x7f;
    int lengthBytes = short7 < 126 ? 0 : short7 == 126 ? 2 : 8;
    boolean masked = (second & 0x80) != 0;
    if (in.remaining() < lengthBytes + (masked ? 4 : 0)) {
      return Optional.empty();
    }
    long length =
        lengthBytes == 0 ? short7 : lengthBytes == 2 ? in.getShort() & 0xffff : in.getLong();
    byte[] key = new byte[masked ? 4 : 0];
    in.get(key);
    if (in.remaining() < length) {
      return Optional.empty();
    }
    byte[] payload = new byte[Math.toIntExact(length)];
    in.get(payload);
    bytes.position(in.position());
    byte[] plain = masked ? masked(payload, key) : payload;
    return Optional.of(
        new RawFrame((first & 0x80) != 0, first >> 4 & 7, first & 0xf, masked, plain));
  }

  @Override
  public String toString() {
    String what =
        switch (opcode) {
          case TEXT -> text();
          case CLOSE -> "close " + closeCode() + " " + closeReason();
          case PING -> "ping";
          case PONG -> "pong";
          default -> "opcode " + opcode + " " + Arrays.toString(payload);
        };
    return what + (fin ? "" : " (not the last)");
  }
}
