package agentcore.redis;

import agentcore.testkit.Await;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** Notes the warnings about Redis that the servers in this process log, and worse. */
final class Warnings extends Handler implements AutoCloseable {
  private final Logger logger = Logger.getLogger("agentcore.core.backend");
  private final SimpleFormatter formatter = new SimpleFormatter();
  private final Queue<String> lines = new ConcurrentLinkedQueue<>();

  Warnings() {
    logger.addHandler(this);
  }

  /** Returns the lines so far that hold this text. */
  List<String> with(String text) {
    return lines.stream().filter(line -> line.contains(text)).toList();
  }

  /** Returns how many lines so far hold this text. */
  int count(String text) {
    return with(text).size();
  }

  /** Waits until so many lines hold this text. */
  void await(int count, String text) {
    Await.until(
        count + " warnings with " + text + " in " + lines, LONG, () -> count(text) >= count);
  }

  static final java.time.Duration LONG = java.time.Duration.ofSeconds(60);

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
