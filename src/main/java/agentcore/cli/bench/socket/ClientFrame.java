package agentcore.cli.bench.socket;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A client's frame (RFC 6455 section 5.2), masked once, in which digits can be changed in place.
 *
 * <p>All frames have the same mask. A real client must choose a new one for each frame (section
 * 5.3), to protect proxies; for a measured server it makes no difference.
 */
public final class ClientFrame {
  private static final int FIN = 0x80;
  private static final int TEXT = 0x1;
  private static final int PONG = 0xa;
  private static final int MASKED = 0x80;
  private static final byte[] MASK = {0x37, (byte) 0xfa, 0x21, 0x3d};

  private final byte[] bytes;
  private final int payload;
  private int origin;

  private ClientFrame(byte[] bytes, int payload) {
    this.bytes = bytes;
    this.payload = payload;
  }

  /** Creates a text. */
  public static ClientFrame text(String text) {
    return of(TEXT, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Creates the answer to a ping of at most 125 bytes. */
  static ClientFrame pong(byte[] payload) {
    return of(PONG, payload);
  }

  private static ClientFrame of(int opcode, byte[] payload) {
    int length = payload.length;
    ByteBuffer out = ByteBuffer.allocate(14 + length).put((byte) (FIN | opcode));
    if (length < 126) {
      out.put((byte) (MASKED | length));
    } else if (length < 65536) {
      out.put((byte) (MASKED | 126)).putShort((short) length);
    } else {
      out.put((byte) (MASKED | 127)).putLong(length);
    }
    int header = out.put(MASK).position();
    for (int i = 0; i < length; i++) {
      out.put((byte) (payload[i] ^ MASK[i & 3]));
    }
    byte[] bytes = new byte[out.flip().remaining()];
    out.get(bytes);
    return new ClientFrame(bytes, header);
  }

  /** Makes offsets of {@link #digits} relative to this byte of the payload. */
  public ClientFrame from(int offset) {
    origin = offset;
    return this;
  }

  /** Writes a number of fixed width into the payload. */
  public void digits(int offset, int width, long value) {
    long rest = value;
    for (int i = origin + offset + width - 1; i >= origin + offset; i--) {
      bytes[payload + i] = (byte) (('0' + rest % 10) ^ MASK[i & 3]);
      rest /= 10;
    }
  }

  /** Returns the frame; it is not a copy. */
  public byte[] bytes() {
    return bytes;
  }
}
