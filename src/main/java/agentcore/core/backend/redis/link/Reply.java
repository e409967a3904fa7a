package agentcore.core.backend.redis.link;

import agentcore.core.backend.BackendException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for the replies of Redis and reads them. */
public final class Reply {
  /** How long a caller waits before it gives up. */
  public static final Duration TIMEOUT = Duration.ofMillis(1_800);

  private Reply() {}

  /**
   * Waits for a reply for at most {@link #TIMEOUT}, then cancels the call.
   *
   * @throws BackendException if no reply comes in time, or an error
   */
  public static Object await(CompletableFuture<Object> reply) {
    return await(reply, TIMEOUT);
  }

  /** Waits for the reply to a call until {@link #TIMEOUT} after {@code submittedNanos}. */
  public static Object awaitFrom(long submittedNanos, CompletableFuture<Object> reply) {
    long leftNanos = TIMEOUT.toNanos() - (System.nanoTime() - submittedNanos);
    return await(reply, Duration.ofNanos(Math.max(0, leftNanos)));
  }

  /** Waits for a reply for at most {@code timeout}. */
  public static Object await(CompletableFuture<Object> reply, Duration timeout) {
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
   * Returns the reply of a script that checks its deadline before it changes anything.
   *
   * @throws BackendException if Redis ran the script after the deadline, and so changed nothing
   */
  public static Object inTime(Object reply) {
    if (text(reply).equals("LATE")) {
      throw new BackendException("Redis received the command too late");
    }
    return reply;
  }

  /** Returns the message of a failure's first cause. */
  public static String reason(Throwable failure) {
    Throwable cause = failure.getCause();
    return cause == null ? String.valueOf(failure.getMessage()) : reason(cause);
  }

  /** Returns a bulk reply as text. */
  public static String text(Object reply) {
    return reply instanceof byte[] bytes
        ? new String(bytes, StandardCharsets.UTF_8)
        : String.valueOf(reply);
  }

  /** Returns an array reply of names and values as a map, in their order. */
  public static Map<String, String> map(Object reply) {
    List<String> flat = texts(reply);
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i + 1 < flat.size(); i += 2) {
      values.put(flat.get(i), flat.get(i + 1));
    }
    return values;
  }

  /** Returns an array reply as texts. */
  public static List<String> texts(Object reply) {
    return list(reply).stream().map(Reply::text).toList();
  }

  /**
   * Returns an array reply.
   *
   * @throws BackendException if it is something else, which must not pass for an empty array
   */
  public static List<?> list(Object reply) {
    if (reply instanceof List<?> list) {
      return list;
    }
    throw new BackendException("Redis did not reply with an array: " + text(reply));
  }
}
