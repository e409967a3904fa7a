package agentcore.core.transport;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;

/**
 * Reads the head of a request before anything else sees a byte: under a limit of {@link #MAX_BYTES}
 * and a deadline for the whole, so that neither a head without end nor one that trickles in costs
 * more than a small buffer for a short time.
 */
final class HeadReader {
  static final int MAX_BYTES = 8 * 1024;
  private static final int FIRST_BYTES = 1024;

  /**
   * A head, and what came behind it in the same read.
   *
   * @param head up to and with the empty line; empty where the peer said nothing at all
   */
  record Head(byte[] head, byte[] rest) {}

  private HeadReader() {}

  /**
   * Reads a head.
   *
   * @throws HttpException 408 or 431
   * @throws IOException where the peer is gone
   */
  static Head read(Socket socket, Duration timeout) throws IOException, HttpException {
    long deadlineNanos = System.nanoTime() + timeout.toNanos();
    InputStream in = socket.getInputStream();
    byte[] buffer = new byte[FIRST_BYTES];
    int length = 0;
    while (true) {
      int from = Math.max(0, length - 3);
      int n = readBefore(deadlineNanos, socket, in, buffer, length);
      if (n < 0) {
        return new Head(new byte[0], new byte[0]);
      }
      length += n;
      int end = endOfHead(buffer, from, length);
      if (end > 0 && end <= MAX_BYTES) {
        return new Head(Arrays.copyOf(buffer, end), Arrays.copyOfRange(buffer, end, length));
      }
      if (length >= MAX_BYTES) {
        throw new HttpException(431, "Request head larger than " + MAX_BYTES + " bytes");
      }
      if (length == buffer.length) {
        buffer = Arrays.copyOf(buffer, length * 2);
      }
    }
  }

  private static int readBefore(
      long deadlineNanos, Socket socket, InputStream in, byte[] buffer, int length)
      throws IOException, HttpException {
    long leftMillis = (deadlineNanos - System.nanoTime()) / 1_000_000;
    try {
      if (leftMillis > 0) {
        socket.setSoTimeout((int) Math.min(leftMillis, Integer.MAX_VALUE));
        return in.read(buffer, length, buffer.length - length);
      }
    } catch (SocketTimeoutException late) {
      // told below, like a head that trickles in for too long
    }
    throw new HttpException(408, "Request not complete in time");
  }

  private static int endOfHead(byte[] buffer, int from, int length) {
    for (int i = from; i + 3 < length; i++) {
      if (buffer[i] == '\r'
          && buffer[i + 1] == '\n'
          && buffer[i + 2] == '\r'
          && buffer[i + 3] == '\n') {
        return i + 4;
      }
    }
    return -1;
  }
}
