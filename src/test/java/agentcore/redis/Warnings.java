package agentcore.redis;

import agentcore.testkit.Await;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Records the warnings and errors that the backends in this process log. */
public final class Warnings extends Handler implements AutoCloseable {
  private static final Duration LONG = Duration.ofSeconds(60);

  private final Logger logger = Logger.getLogger("agentcore.core.backend");
  private final SimpleFormatter formatter = new SimpleFormatter();
  private final Queue<String> lines = new ConcurrentLinkedQueue<>();

  /** Starts recording. */
  public Warnings() {
    logger.addHandler(this);
  }

  /** Returns the lines with this text. */
  public List<String> with(String text) {
    return lines.stream().filter(line -> line.contains(text)).toList();
  }

  /** Returns how many lines have this text. */
  public int count(String text) {
    return with(text).size();
  }

  /** Waits until {@code count} lines have this text. */
  void await(int count, String text) {
    Await.until(
        count + " warnings with " + text + " in " + lines, LONG, () -> count(text) >= count);
  }

  @Override
  public void publish(LogRecord event) {
    if (event.getLevel().intValue() >= Level.WARNING.intValue()) {
      lines.add(formatter.formatMessage(event));
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
  }
}
