package agentcore.core.transport;

import agentcore.core.socket.PeerSocket;
import java.util.Arrays;

/**
 * The bytes that were received and not handled yet. It grows with the bytes that arrive, never with
 * an announced length, and holds nothing while the peer is idle.
 */
final class ReadBuffer {
  private byte[] bytes = PeerSocket.NOTHING;
  private int start;
  private int end;

  /** Appends received bytes; the array belongs to the buffer from now on. */
  void append(byte[] received) {
    int waiting = end - start;
    if (waiting == 0) {
      bytes = received;
      start = 0;
      end = received.length;
      return;
    }
    if (bytes.length - end < received.length) {
      byte[] larger = bytes;
      if (bytes.length < waiting + received.length) {
        larger = new byte[Math.max(2 * waiting, waiting + received.length)];
      }
      System.arraycopy(bytes, start, larger, 0, waiting);
      bytes = larger;
      start = 0;
      end = waiting;
    }
    System.arraycopy(received, 0, bytes, end, received.length);
    end += received.length;
  }

  /** Marks the next {@code length} bytes as handled. */
  void skip(int length) {
    start += length;
  }

  /** Releases the memory of what has been handled. */
  void trim() {
    if (start == end) {
      bytes = PeerSocket.NOTHING;
      start = 0;
      end = 0;
    } else if (end - start < bytes.length / 4) {
      bytes = Arrays.copyOfRange(bytes, start, end);
      end -= start;
      start = 0;
    }
  }

  byte[] bytes() {
    return bytes;
  }

  int start() {
    return start;
  }

  int end() {
    return end;
  }
}
