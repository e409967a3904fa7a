package agentcore.testkit;

import agentcore.testkit.network.FaultProxy;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One real Redis for all tests of this JVM: it starts with the first test that needs it and stops
 * with the JVM.
 *
 * <p>Tests are isolated by a key prefix, which each store of {@link #stores} has, or by a database
 * of their own from {@link #database}. A test that kills, pauses or configures Redis, flushes its
 * scripts, or asserts on its counters needs its own {@link RedisProcess}.
 */
public final class SharedRedis {
  private static final int DATABASES = 4_096;
  private static final AtomicInteger NEXT_DATABASE = new AtomicInteger(1);

  private SharedRedis() {}

  private static RedisProcess process() {
    return Holder.PROCESS;
  }

  /** Returns its port, for a {@link FaultProxy} in front of it. */
  public static int port() {
    return process().port();
  }

  /** Returns the URL of database 0, in which each test uses its own prefix. */
  public static String url() {
    return process().url();
  }

  /** Returns the URL of a database that no other test uses. */
  public static String database() {
    return "redis://127.0.0.1:" + port() + "/" + NEXT_DATABASE.getAndIncrement();
  }

  /** Returns a factory of stores, each with its own prefix. */
  public static SharedStore.Factory stores() {
    return RedisStore.on(port());
  }

  /** Runs a command in database 0 and returns the reply in wire format. */
  public static String command(String... words) {
    return process().command(words);
  }

  private static final class Holder {
    static final RedisProcess PROCESS = RedisProcess.start("--databases", "" + DATABASES);
  }
}
