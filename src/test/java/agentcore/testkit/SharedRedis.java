package agentcore.testkit;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * One real Redis for all tests of this JVM: it starts with the first test that needs it and ends
 * with the JVM.
 *
 * <p>A test keeps to itself by a prefix of its own, which each store of {@link #stores} has, or by
 * a database of its own from {@link #database}. A test that kills, pauses or configures Redis,
 * flushes its scripts, or asserts on its counters, needs a {@link RedisProcess} of its own.
 */
public final class SharedRedis {
  private static final int DATABASES = 4_096;
  private static final AtomicInteger NEXT_DATABASE = new AtomicInteger(1);

  private SharedRedis() {}

  private static RedisProcess process() {
    return Holder.PROCESS;
  }

  /** Returns its port of 127.0.0.1, for a {@link FaultProxy} in front of it. */
  public static int port() {
    return process().port();
  }

  /** Returns the address of database 0, in which each test uses a prefix of its own. */
  public static String url() {
    return process().url();
  }

  /** Returns the address of a database that no other test uses. */
  public static String database() {
    return "redis://127.0.0.1:" + port() + "/" + NEXT_DATABASE.getAndIncrement();
  }

  /** Returns what makes stores on it, each with a prefix of its own. */
  public static SharedStore.Factory stores() {
    return RedisStore.on(port());
  }

  /** Runs a command in database 0 and returns the reply as it stands on the wire. */
  public static String command(String... words) {
    return process().command(words);
  }

  private static final class Holder {
    static final RedisProcess PROCESS = RedisProcess.start("--databases", "" + DATABASES);
  }
}
