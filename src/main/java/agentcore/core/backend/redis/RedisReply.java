package agentcore.core.backend.redis;

import agentcore.core.backend.BackendException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waiting for what Redis answers, and reading it. */
final class RedisReply {
  /** A caller waits for so long at the most. */
  static final Duration TIMEOUT = Duration.ofMillis(1_800);

  private RedisReply() {}

  /**
   * Waits for a reply, and gives up in time.
   *
   * @throws BackendException where there is none in time, or an error
   */
  static Object await(CompletableFuture<Object> reply) {
    return await(reply, TIMEOUT);
  }

  /** Waits for the reply to what was queued at a time, and gives up in time. */
  static Object awaitFrom(long submittedNanos, CompletableFuture<Object> reply) {
    long leftNanos = TIMEOUT.toNanos() - (System.nanoTime() - submittedNanos);
    return await(reply, Duration.ofNanos(Math.max(0, leftNanos)));
  }

  /** Waits for a reply, for at most the given time. */
  static Object await(CompletableFuture<Object> reply, Duration timeout) {
    try {
      return reply.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      reply.cancel(false);
      throw new BackendException("Redis did not answer in time", late);
    } catch (ExecutionException failed) {
      throw new BackendException("Redis failed: " + reason(failed), failed);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new BackendException("interrupted while waiting for Redis", stop);
    }
  }

  /**
   * Returns the reply of a script that looks at its deadline first.
   *
   * @throws BackendException where it came too late and did nothing
   */
  static Object inTime(Object reply) {
    if (text(reply).equals("LATE")) {
      throw new BackendException("Redis came to it too late");
    }
    return reply;
  }

  /** Returns what was at the beginning of a failure. */
  static String reason(Throwable failure) {
    Throwable cause = failure.getCause();
    return cause == null ? String.valueOf(failure.getMessage()) : reason(cause);
  }

  /** Returns a bulk reply as text. */
  static String text(Object reply) {
    return reply instanceof byte[] bytes
        ? new String(bytes, StandardCharsets.UTF_8)
        : String.valueOf(reply);
  }

  /** Returns an array reply of texts. */
  static List<String> texts(Object reply) {
    return list(reply).stream().map(RedisReply::text).toList();
  }

  /**
   * Returns an array reply.
   *
   * @throws BackendException where it is something else, which must not pass for an empty one
   */
  static List<?> list(Object reply) {
    if (reply instanceof List<?> list) {
      return list;
    }
    throw new BackendException("Redis answered something else than a list: " + text(reply));
  }
}
