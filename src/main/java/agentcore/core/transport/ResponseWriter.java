package agentcore.core.transport;

import agentcore.core.connection.SendBudget;
import agentcore.core.http.HttpResponse;
import agentcore.core.socket.PeerSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Writes one HTTP response. The response is charged to the send budget until the client has taken
 * it. It is written in steps, each with a time limit: a client that reads slowly receives the whole
 * response, and a client that does not read is cut.
 *
 * <p>The files of a page are in memory only once, and are charged for each client nevertheless:
 * they are small.
 */
final class ResponseWriter implements SendBudget.Peer {
  private static final int STEP_BYTES = 16 * 1024;

  /** The whole response may take this many times the limit of one step. */
  private static final int MAX_STEPS_TIME = 10;

  /** A longer limit has no effect, and ten times as much must not overflow. */
  private static final long MAX_STEP_NANOS = TimeUnit.DAYS.toNanos(365);

  private final PeerSocket socket;
  private final SendBudget budget;
  private final SendBudget.Charge charge;
  private final Duration stepTimeout;
  private volatile long pendingBytes;
  private volatile long progressNanos = System.nanoTime();

  ResponseWriter(PeerSocket socket, SendBudget budget, Duration stepTimeout) {
    this.socket = socket;
    this.budget = budget;
    this.charge = budget.charge();
    this.stepTimeout = stepTimeout;
  }

  /**
   * Writes the response; blocks while the client does not read.
   *
   * @param withBody false for the response to a HEAD request
   * @param isKept whether another request may follow
   * @throws IOException if the connection is lost or was cut
   */
  void write(HttpResponse response, boolean withBody, boolean isKept) throws IOException {
    byte[] head = head(response, isKept);
    byte[] body = withBody ? response.body() : new byte[0];
    pendingBytes = head.length + (long) body.length;
    charge.set(pendingBytes);
    budget.add(this);
    try {
      long stepNanos = Math.min(stepTimeout.toNanos(), MAX_STEP_NANOS);
      long deadlineNanos = System.nanoTime() + MAX_STEPS_TIME * stepNanos;
      byte[] first = first(head, body);
      step(first, 0, first.length, deadlineNanos);
      for (int at = first.length - head.length; at < body.length; at += STEP_BYTES) {
        step(body, at, Math.min(STEP_BYTES, body.length - at), deadlineNanos);
      }
    } finally {
      budget.remove(this);
      charge.close();
    }
  }

  static byte[] head(HttpResponse response, boolean isKept) {
    int status = response.status();
    StringBuilder head = new StringBuilder("HTTP/1.1 ");
    head.append(status).append(' ').append(reason(status)).append("\r\n");
    response
        .headers()
        .forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    head.append("X-Content-Type-Options: nosniff\r\n");
    if (status != 204 && status != 304) { // of 304 it would be that of the full response
      head.append("Content-Length: ").append(response.body().length).append("\r\n");
    }
    head.append(isKept ? "\r\n" : "Connection: close\r\n\r\n");
    return head.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String reason(int status) {
    return switch (status) {
      case 200 -> "OK";
      case 201 -> "Created";
      case 204 -> "No Content";
      case 304 -> "Not Modified";
      case 400 -> "Bad Request";
      case 401 -> "Unauthorized";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 408 -> "Request Timeout";
      case 409 -> "Conflict";
      case 411 -> "Length Required";
      case 413 -> "Content Too Large";
      case 415 -> "Unsupported Media Type";
      case 417 -> "Expectation Failed";
      case 426 -> "Upgrade Required";
      case 429 -> "Too Many Requests";
      case 431 -> "Request Header Fields Too Large";
      case 500 -> "Internal Server Error";
      case 503 -> "Service Unavailable";
      default -> "Error";
    };
  }

  /** Joins the head and the start of the body: most responses then fit in one packet. */
  private static byte[] first(byte[] head, byte[] body) {
    int ofBody = Math.min(body.length, STEP_BYTES);
    return ByteBuffer.allocate(head.length + ofBody).put(head).put(body, 0, ofBody).array();
  }

  private void step(byte[] bytes, int at, int length, long deadlineNanos) throws IOException {
    int written = socket.tryWrite(bytes, at, length);
    if (written < length) { // only a client that does not keep up costs a thread
      long leftNanos = Math.max(0, deadlineNanos - System.nanoTime());
      Duration limit = Duration.ofNanos(Math.min(stepTimeout.toNanos(), leftNanos));
      socket.within(limit, () -> socket.write(bytes, at + written, length - written));
    }
    progressNanos = System.nanoTime();
  }

  @Override
  public long pendingBytes() {
    return pendingBytes;
  }

  @Override
  public boolean isStuck(long nanos) {
    return System.nanoTime() - progressNanos >= nanos;
  }

  @Override
  public void end() {
    pendingBytes = 0;
    charge.leave();
    socket.cut();
  }
}
