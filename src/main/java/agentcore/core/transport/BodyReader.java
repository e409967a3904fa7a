package agentcore.core.transport;

import agentcore.core.connection.ByteBudget;
import agentcore.core.http.HttpRequest;
import agentcore.core.socket.PeerSocket;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads the body of a request, whose length must be announced (RFC 9112 section 6.2). A request
 * whose body length is ambiguous is refused and its connection closed: if a proxy and this server
 * disagree about where the body ends, part of it can be read as another client's request.
 *
 * <p>The body is charged to the budget as it arrives, until {@link #close}.
 */
final class BodyReader implements AutoCloseable {
  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
  private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");
  private static final int FIRST_BYTES = 1024;

  private final PeerSocket socket;
  private final ByteBudget budget;
  private final int maxBytes;
  private long chargedBytes;

  BodyReader(PeerSocket socket, ByteBudget budget, int maxBytes) {
    this.socket = socket;
    this.budget = budget;
    this.maxBytes = maxBytes;
  }

  /**
   * Returns the announced length of the body.
   *
   * @throws HttpException 400, 411 or 413
   */
  static int length(HttpRequest request, int maxBytes) throws HttpException {
    Optional<String> announced = request.header("content-length");
    if (request.header("transfer-encoding").isPresent()) {
      throw announced.isPresent()
          ? new HttpException(400, "Malformed request: both Content-Length and Transfer-Encoding")
          : new HttpException(411, "Transfer-Encoding is not supported; use Content-Length");
    }
    if (announced.isEmpty()) {
      return 0; // RFC 9112 section 6.3
    }
    if (!LENGTH.matcher(announced.get()).matches()) { // also two values, joined by a comma
      throw new HttpException(400, "Malformed request: Content-Length");
    }
    long length = Long.parseLong(announced.get());
    if (length > maxBytes) {
      throw new HttpException(413, "Body larger than " + maxBytes + " bytes");
    }
    return (int) length;
  }

  /**
   * Reads the body; later bytes stay unread in the socket.
   *
   * @param deadlineNanos by which the body must be complete
   * @throws HttpException if the length is wrong, the body is late, there is no memory for it, or
   *     the expectation is unknown
   * @throws IOException if the connection is lost
   */
  byte[] read(HttpRequest request, long deadlineNanos) throws IOException, HttpException {
    int length = length(request, maxBytes);
    boolean isWaiting = isAwaitingContinue(request);
    byte[] chunk = socket.takeUnread();
    if (isWaiting && chunk.length == 0 && length > 0) {
      Duration left = Duration.ofNanos(Math.max(0, deadlineNanos - System.nanoTime()));
      socket.within(left, () -> socket.write(CONTINUE, 0, CONTINUE.length));
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream(Math.min(length, FIRST_BYTES));
    while (true) {
      int used = Math.min(chunk.length, length - body.size());
      charge(used);
      body.write(chunk, 0, used);
      if (body.size() == length) {
        socket.unread(Arrays.copyOfRange(chunk, used, chunk.length));
        return body.toByteArray();
      }
      chunk = RequestReader.readBefore(deadlineNanos, socket);
      if (chunk.length == 0) {
        throw new HttpException(400, "Malformed request: the body ends early");
      }
    }
  }

  private static boolean isAwaitingContinue(HttpRequest request) throws HttpException {
    Optional<String> expected = request.header("expect");
    if (expected.isPresent() && !expected.get().equalsIgnoreCase("100-continue")) {
      throw new HttpException(417, "Unknown expectation");
    }
    return expected.isPresent();
  }

  private void charge(int bytes) throws HttpException {
    if (!budget.tryTake(bytes)) {
      throw new HttpException(503, "The server has no memory for this body, try again");
    }
    chargedBytes += bytes;
  }

  @Override
  public void close() {
    budget.give(chargedBytes);
    chargedBytes = 0;
  }
}
