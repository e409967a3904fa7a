package agentcore.core.dispatch;

import static org.junit.jupiter.api.Assertions.assertTrue;

import agentcore.core.auth.Identity;
import agentcore.core.consumer.Consumer;
import agentcore.core.group.ConnectionManager;
import agentcore.core.serializer.Serializer;
import agentcore.testkit.Connections;
import agentcore.testkit.RecordingSocket;
import agentcore.testkit.Requests;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

class FailingMessagesLogTest {
  private static final int MESSAGES = 2000;
  private static final int LINES_PER_SECOND = 50;

  private final AtomicInteger lines = new AtomicInteger();

  private final Handler counter =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          if (line.getMessage().startsWith("a message failed")) {
            lines.incrementAndGet();
          }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @Test
  void floodOfFailingMessagesWritesALimitedNumberOfLines() {
    Consumer failing =
        Consumer.of(
            "boom",
            (session, message) -> {
              throw new IllegalStateException("a test's defect");
            });
    Logger logger = Logger.getLogger(Dispatcher.class.getName());
    logger.addHandler(counter);
    try (Timers timers = new Timers()) {
      ConnectionManager manager = Connections.manager(Connections.LIMITS);
      SharedBuckets buckets = new SharedBuckets(manager.backend().tokens(), System::nanoTime);
      Dispatcher dispatcher =
          new Dispatcher(failing, List.of(), new Serializer(), manager, timers, buckets);
      ConnectionSession session =
          dispatcher
              .open(
                  manager.registry().create("alice", new RecordingSocket()),
                  new Identity("alice", Instant.MAX),
                  Map.of())
              .orElseThrow();
      long startNanos = System.nanoTime();
      for (int i = 0; i < MESSAGES; i++) {
        Requests.receive(dispatcher, session, "{\"type\":\"boom\"}");
      }
      double seconds = (System.nanoTime() - startNanos) / 1e9;
      int written = lines.get();
      assertTrue(written >= 1, "the first defects are logged");
      assertTrue(written <= LINES_PER_SECOND * (seconds + 2), written + " in " + seconds + " s");
    } finally {
      logger.removeHandler(counter);
    }
  }
}
