package agentcore.trace;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;

/**
 * The traced methods that were called, in the order of time. Public, because the server calls it.
 */
public final class Trace {
  private static final Queue<Call> CALLS = new ConcurrentLinkedQueue<>();
  private static final Set<String> TYPES = ConcurrentHashMap.newKeySet();
  private static final Pattern THREADS = Pattern.compile("reader|poller");
  private static volatile boolean isRecording;

  /**
   * A call of a traced method.
   *
   * @param method its type and name
   * @param bytes the frame or part of a frame among its arguments
   * @param text the text among its arguments
   */
  record Call(
      long nanos, Thread thread, String method, Optional<byte[]> bytes, Optional<String> text) {}

  private Trace() {}

  /** Notes a call. The bytes are copied, because the server changes them in place. */
  public static void enter(String method, Object[] arguments) {
    if (isRecording) {
      long nanos = System.nanoTime();
      Thread thread = Thread.currentThread();
      CALLS.add(new Call(nanos, thread, method, bytes(method, arguments), text(arguments)));
    }
  }

  /** Notes that a method of a type was called by a thread of a connection. */
  public static void enterType(String type) {
    if (isRecording && THREADS.matcher(Thread.currentThread().getName()).lookingAt()) {
      TYPES.add(type.replaceFirst("[$].*", ""));
    }
  }

  static void start() {
    CALLS.clear();
    TYPES.clear();
    isRecording = true;
  }

  static List<Call> stop() {
    isRecording = false;
    return List.copyOf(CALLS);
  }

  /** Returns the types that were noted since the last start. */
  static Set<String> types() {
    return Set.copyOf(TYPES);
  }

  /** Finds an array of bytes, and the part of it that the next two arguments describe. */
  private static Optional<byte[]> bytes(String method, Object[] arguments) {
    for (int i = 0; i < arguments.length; i++) {
      if (arguments[i] instanceof byte[] bytes) {
        if (i + 2 >= arguments.length
            || !(arguments[i + 1] instanceof Integer from)
            || !(arguments[i + 2] instanceof Integer second)) {
          return Optional.of(bytes.clone());
        }
        int to = Stops.isLength(method) ? from + second : second;
        return Optional.of(Arrays.copyOfRange(bytes, from, to));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> text(Object[] arguments) {
    for (Object argument : arguments) {
      if (argument instanceof String text && text.startsWith("{")) {
        return Optional.of(text);
      }
    }
    return Optional.empty();
  }
}
