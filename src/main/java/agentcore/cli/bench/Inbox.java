package agentcore.cli.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads frames (RFC 6455 section 5.2) of one client after the other, as many as there are, through
 * one large buffer: a read is what receiving costs most.
 */
final class Inbox {
  private static final int READ_BYTES = 256 * 1024;
  private static final int OPCODE = 0x0f;
  private static final int FINAL_TEXT = 0x81;
  private static final int CLOSE = 0x8;
  private static final int PING = 0x9;
  private static final byte[] HEAD_END = {'\r', '\n', '\r', '\n'};

  private final ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BYTES);
  private byte[] bytes = new byte[READ_BYTES];
  private long reads;

  /** Reads once from a client, and tells {@code ear} each text that is complete. */
  void read(Client client, Ear ear) {
    int end = fill(client);
    if (end < 0) {
      client.close("the server ended the stream");
      return;
    }
    long readNanos = System.nanoTime();
    int at = 0;
    if (client.state() == Client.State.UPGRADING) {
      at = upgrade(client, end);
    }
    if (client.isOpen()) {
      at = frames(client, ear, at, end, readNanos);
    }
    client.keep(bytes, at, end);
  }

  /** Returns how many bytes there are now, the begun frame's among them; -1 at the end. */
  private int fill(Client client) {
    byte[] begun = client.begun();
    if (bytes.length < begun.length + READ_BYTES) {
      bytes = new byte[begun.length + READ_BYTES];
    }
    System.arraycopy(begun, 0, bytes, 0, begun.length);
    buffer.clear();
    int n;
    try {
      n = client.channel().read(buffer);
    } catch (IOException e) {
      client.close("cannot read: " + e.getMessage());
      return 0;
    }
    if (n < 0) {
      return -1;
    }
    reads++;
    buffer.flip().get(bytes, begun.length, n);
    return begun.length + n;
  }

  /** Returns where the first frame begins. */
  private int upgrade(Client client, int end) {
    int headEnd = Digits.find(HEAD_END, bytes, 0, end);
    if (headEnd < 0) {
      return 0;
    }
    String head = new String(bytes, 0, headEnd, StandardCharsets.ISO_8859_1);
    String status = head.lines().findFirst().orElse("");
    if (status.startsWith("HTTP/1.1 101")) {
      client.upgraded();
    } else {
      client.close("no WebSocket: " + status);
    }
    return headEnd + HEAD_END.length;
  }

  /** Handles whole frames; returns where the first one begins that is not. */
  private int frames(Client client, Ear ear, int from, int end, long readNanos) {
    int at = from;
    while (end - at >= 2 && client.isOpen()) {
      int length = bytes[at + 1] & 0x7f;
      int header = length < 126 ? 2 : length == 126 ? 4 : 10;
      if (end - at < header) {
        break;
      }
      if (header > 2) {
        length = (int) bigEndian(at + 2, header - 2);
      }
      if (end - at - header < length) {
        break;
      }
      int payload = at + header;
      at = payload + length;
      if ((bytes[payload - header] & 0xff) == FINAL_TEXT) {
        ear.text(client, bytes, payload, at, readNanos);
      } else {
        control(client, bytes[payload - header] & OPCODE, payload, at);
      }
    }
    return at;
  }

  private long bigEndian(int at, int width) {
    long value = 0;
    for (int i = at; i < at + width; i++) {
      value = value << 8 | (bytes[i] & 0xff);
    }
    return value;
  }

  private void control(Client client, int opcode, int from, int to) {
    switch (opcode) {
      case PING -> client.write(ClientFrame.pong(Arrays.copyOfRange(bytes, from, to)));
      case CLOSE -> client.close(closeText(from, to));
      default -> client.close("a frame that this does not understand, opcode " + opcode);
    }
  }

  private String closeText(int from, int to) {
    if (to - from < 2) {
      return "the server closed it without a code";
    }
    String reason = new String(bytes, from + 2, to - from - 2, StandardCharsets.UTF_8);
    return ("the server closed it: " + bigEndian(from, 2) + " " + reason).strip();
  }

  /** Returns how often it has read. */
  long reads() {
    return reads;
  }
}
