package agentcore.cli.bench.socket;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the frames of all clients (RFC 6455 section 5.2) through one large buffer: most of the cost
 * of receiving is the number of reads.
 */
final class FrameReader {
  private static final int READ_BYTES = 256 * 1024;
  private static final int OPCODE = 0x0f;
  private static final int FINAL_TEXT = 0x81;
  private static final int CLOSE = 0x8;
  private static final int PING = 0x9;
  private static final byte[] HEAD_END = {'\r', '\n', '\r', '\n'};

  private final ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BYTES);
  private byte[] bytes = new byte[READ_BYTES];
  private long reads;

  /** Reads once from a client and passes each complete text to {@code listener}. */
  void read(Client client, Swarm.Listener listener) {
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
      at = frames(client, listener, at, end, readNanos);
    }
    client.keepPartial(bytes, at, end);
  }

  /** Returns how many bytes there are, including the partial frame; -1 at the end of the stream. */
  private int fill(Client client) {
    byte[] partial = client.partial();
    if (bytes.length < partial.length + READ_BYTES) {
      bytes = new byte[partial.length + READ_BYTES];
    }
    System.arraycopy(partial, 0, bytes, 0, partial.length);
    buffer.clear();
    int n = client.read(buffer);
    if (n < 0) {
      return -1;
    }
    reads++;
    buffer.flip().get(bytes, partial.length, n);
    return partial.length + n;
  }

  /** Returns where the first frame begins. */
  private int upgrade(Client client, int end) {
    int headEnd = Bytes.find(HEAD_END, bytes, 0, end);
    if (headEnd < 0) {
      return 0;
    }
    String head = new String(bytes, 0, headEnd, StandardCharsets.ISO_8859_1);
    String status = head.lines().findFirst().orElse("");
    if (status.startsWith("HTTP/1.1 101")) {
      client.upgraded();
    } else {
      client.close("the server refused the WebSocket: " + status);
    }
    return headEnd + HEAD_END.length;
  }

  /** Handles the complete frames; returns where the first incomplete one begins. */
  private int frames(Client client, Swarm.Listener listener, int from, int end, long readNanos) {
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
        listener.text(client, bytes, payload, at, readNanos);
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
      default ->
          client.close("the server sent a frame that bench does not support, opcode " + opcode);
    }
  }

  private String closeText(int from, int to) {
    if (to - from < 2) {
      return "the server closed the connection without a code";
    }
    String reason = new String(bytes, from + 2, to - from - 2, StandardCharsets.UTF_8);
    return ("the server closed the connection: " + bigEndian(from, 2) + " " + reason).strip();
  }

  /** Returns the number of reads so far. */
  long reads() {
    return reads;
  }
}
