package agentcore.cli.chat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The requests that have no reply yet, in order. Only the first one is ever in flight, so the
 * user's lines stay in order even if a request has to be sent again.
 *
 * <p>The caller bounds the queue: it reads a line only when the requests of the previous line are
 * answered. Times are those of {@link System#nanoTime()}. Not thread-safe.
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
  private final long retryWindowNanos;
  private boolean isFirstInFlight;

  /**
   * Creates an empty queue.
   *
   * @param retryWindow a request is not sent again later than this after its first attempt; must be
   *     shorter than the time for which servers remember its id
   */
  RequestQueue(Duration retryWindow) {
    this.retryWindowNanos = retryWindow.toNanos();
  }

  void add(Request request, long nowNanos) {
    queue.add(new Pending(request, nowNanos));
  }

  /** Adds requests at the front; none may be in flight. */
  void addFirst(List<Request> requests, long nowNanos) {
    requests.reversed().forEach(request -> queue.addFirst(new Pending(request, nowNanos)));
  }

  boolean isEmpty() {
    return queue.isEmpty();
  }

  int size() {
    return queue.size();
  }

  /** Returns whether a request of this type waits to be sent. */
  boolean isWaiting(String type) {
    return queue.stream()
        .skip(isFirstInFlight ? 1 : 0)
        .anyMatch(pending -> pending.request.type().equals(type));
  }

  private Optional<Pending> pendingInFlight() {
    return isFirstInFlight ? Optional.of(queue.getFirst()) : Optional.empty();
  }

  /** Returns the request that is in flight. */
  Optional<Request> inFlight() {
    return pendingInFlight().map(pending -> pending.request);
  }

  /** Returns when the request in flight was sent. */
  Optional<Long> sentNanos() {
    return pendingInFlight().map(pending -> pending.lastSentNanos);
  }

  /** Returns the next request to send, and counts it as sent. */
  Optional<Request> takeNext(long nowNanos) {
    Pending first = queue.peek();
    if (isFirstInFlight || first == null || first.notBeforeNanos - nowNanos > 0) {
      return Optional.empty();
    }
    if (!first.wasSent) {
      first.wasSent = true;
      first.firstSentNanos = nowNanos;
    }
    first.lastSentNanos = nowNanos;
    if (first.request.hasReply()) {
      isFirstInFlight = true;
    } else {
      queue.remove();
    }
    return Optional.of(first.request);
  }

  /** Removes the request in flight, which has been answered. */
  void answered() {
    queue.remove();
    isFirstInFlight = false;
  }

  /** Schedules the request in flight to be sent again after {@code pause}. */
  void scheduleRetry(Duration pause, long nowNanos) {
    queue.getFirst().notBeforeNanos = nowNanos + pause.toNanos();
    isFirstInFlight = false;
  }

  /**
   * Handles a lost connection. The request that was in flight is sent again on the next connection,
   * after the rooms are rejoined.
   */
  void disconnected(long nowNanos) {
    pendingInFlight().ifPresent(pending -> pending.notBeforeNanos = nowNanos);
    isFirstInFlight = false;
    queue.removeIf(pending -> belongsToConnection(pending.request));
  }

  /** Returns whether each connection creates its own request of this kind. */
  private static boolean belongsToConnection(Request request) {
    return switch (request.purpose()) {
      case TYPED, START -> false;
      case RESUME, CATCH_UP, FOLLOW, MARK, COMPLETE -> true;
    };
  }

  /** Removes and returns the waiting requests whose retry window has passed. */
  List<Request> removeExpired(long nowNanos) {
    List<Request> expired = new ArrayList<>();
    for (Pending pending : List.copyOf(queue)) {
      boolean isInFlight = isFirstInFlight && pending == queue.peek();
      if (pending.wasSent
          && !isInFlight
          && !belongsToConnection(pending.request)
          && nowNanos - pending.firstSentNanos > retryWindowNanos) {
        queue.remove(pending);
        expired.add(pending.request);
      }
    }
    return expired;
  }
}
