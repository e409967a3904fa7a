package agentcore.cli.chat;

import agentcore.cli.chat.Request.Purpose;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The requests that have no reply yet, in order. Only the first one is ever at the server, so the
 * user's lines stay in order even if one has to be sent again.
 *
 * <p>The caller bounds the queue: it reads a line only when the requests of the previous line are
 * answered. Times are those of {@link System#nanoTime()}. For one thread.
 */
final class RequestQueue {
  private static final class Pending {
    final Request request;
    boolean wasSent;
    long firstSentNanos;
    long lastSentNanos;
    long notBeforeNanos;

    Pending(Request request, long nowNanos) {
      this.request = request;
      this.notBeforeNanos = nowNanos;
    }
  }

  private final Deque<Pending> queue = new ArrayDeque<>();
  private final long patienceNanos;
  private boolean isFirstAtServer;

  /**
   * Creates an empty queue.
   *
   * @param patience how long after its first sending a request may be sent again; shorter than the
   *     time for which servers remember its id
   */
  RequestQueue(Duration patience) {
    this.patienceNanos = patience.toNanos();
  }

  void add(Request request, long nowNanos) {
    queue.add(new Pending(request, nowNanos));
  }

  /** Adds requests before all others; no request may be at the server. */
  void addFirst(List<Request> requests, long nowNanos) {
    requests.reversed().forEach(request -> queue.addFirst(new Pending(request, nowNanos)));
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  int size() {
    return queue.size();
  }

  private Optional<Pending> atServer() {
    return isFirstAtServer ? Optional.of(queue.getFirst()) : Optional.empty();
  }

  /** Returns the request that is at the server. */
  Optional<Request> current() {
    return atServer().map(pending -> pending.request);
  }

  /** Returns when the request at the server was sent. */
  Optional<Long> sentNanos() {
    return atServer().map(pending -> pending.lastSentNanos);
  }

  /** Returns the next request to send, and counts it as sent. */
  Optional<Request> next(long nowNanos) {
    Pending first = queue.peek();
    if (isFirstAtServer || first == null || first.notBeforeNanos - nowNanos > 0) {
      return Optional.empty();
    }
    if (!first.wasSent) {
      first.wasSent = true;
      first.firstSentNanos = nowNanos;
    }
    first.lastSentNanos = nowNanos;
    if (first.request.hasReply()) {
      isFirstAtServer = true;
    } else {
      queue.remove();
    }
    return Optional.of(first.request);
  }

  /** Removes the request at the server, which has been answered. */
  void answered() {
    queue.remove();
    isFirstAtServer = false;
  }

  /** Sends the request at the server again after {@code pause}. */
  void repeat(Duration pause, long nowNanos) {
    queue.getFirst().notBeforeNanos = nowNanos + pause.toNanos();
    isFirstAtServer = false;
  }

  /**
   * The connection was lost. The request at the server will be sent first on the next connection.
   *
   * @return the request at the server, if it must not be sent twice: it is removed
   */
  Optional<Request> disconnected(long nowNanos) {
    Optional<Pending> interrupted = atServer();
    isFirstAtServer = false;
    interrupted.ifPresent(pending -> pending.notBeforeNanos = nowNanos);
    queue.removeIf(pending -> belongsToConnection(pending.request));
    Optional<Request> lost =
        interrupted
            .map(pending -> pending.request)
            .filter(request -> !belongsToConnection(request) && !request.isRepeatable());
    lost.ifPresent(request -> queue.removeFirst());
    return lost;
  }

  /** Each connection creates these requests anew. */
  private static boolean belongsToConnection(Request request) {
    return request.purpose() == Purpose.RESUME || request.purpose() == Purpose.CATCH_UP;
  }

  /** Removes and returns the waiting requests that were first sent too long ago. */
  List<Request> removeExpired(long nowNanos) {
    List<Request> expired = new ArrayList<>();
    for (Pending pending : List.copyOf(queue)) {
      boolean isAtServer = isFirstAtServer && pending == queue.peek();
      if (pending.wasSent
          && !isAtServer
          && !belongsToConnection(pending.request)
          && nowNanos - pending.firstSentNanos > patienceNanos) {
        queue.remove(pending);
        expired.add(pending.request);
      }
    }
    return expired;
  }
}
