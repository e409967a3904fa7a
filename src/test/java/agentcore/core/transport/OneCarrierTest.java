package agentcore.core.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;

import agentcore.core.message.CloseCode;
import agentcore.testkit.process.ChildJvm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

/**
 * A process with one carrier thread, in which nothing runs once a virtual thread keeps the carrier:
 * on JDK 21 to 23, any virtual thread that waits inside a monitor.
 */
class OneCarrierTest {
  private static final long SECOND_NANOS = 1_000_000_000;

  private static List<String> command() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Djdk.virtualThreadScheduler.parallelism=1",
        "-Djdk.virtualThreadScheduler.maxPoolSize=1",
        "-cp",
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
        OneCarrierTest.class.getName());
  }

  @Test
  void otherThreadsRunWhileAFrameWaitsForTheOutbox() {
    try (ChildJvm child = ChildJvm.start(command(), Map.of())) {
      assertEquals(0, child.awaitExit());
      List<String> expected = new ArrayList<>(EngineRig.FRAMES.keySet());
      expected.add("close by another thread");
      expected.replaceAll(name -> "others ran during: " + name);
      assertEquals(expected.stream().sorted().toList(), child.out().stream().sorted().toList());
    }
  }

  /** The child: a virtual thread waits for a locked outbox; then another one must run. */
  public static void main(String[] args) throws Exception {
    Map<String, byte[]> frames = new LinkedHashMap<>(EngineRig.FRAMES);
    for (Map.Entry<String, byte[]> each : frames.entrySet()) {
      try (EngineRig rig = new EngineRig()) {
        tryOut(rig, each.getKey(), () -> rig.feed(each.getValue()));
      }
    }
    try (EngineRig rig = new EngineRig()) {
      tryOut(rig, "close by another thread", () -> rig.connection().close(CloseCode.TOO_SLOW));
    }
    System.exit(0);
  }

  private static void tryOut(EngineRig rig, String name, Runnable step) throws Exception {
    ReentrantLock lock = rig.outboxLock();
    lock.lock();
    try {
      Thread.ofVirtual().start(step);
      long startNanos = System.nanoTime();
      while (!lock.hasQueuedThreads() && System.nanoTime() - startNanos < 30 * SECOND_NANOS) {
        LockSupport.parkNanos(SECOND_NANOS / 1000);
      }
      boolean ran = Thread.ofVirtual().start(() -> {}).join(Duration.ofSeconds(5));
      System.out.println((ran ? "others ran during: " : "no other thread ran during: ") + name);
    } finally {
      lock.unlock();
    }
  }
}
