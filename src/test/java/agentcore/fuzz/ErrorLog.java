package agentcore.fuzz;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * Collects the errors that a server in this process logs: its own defects, which clients cannot
 * see.
 */
final class ErrorLog extends Handler implements AutoCloseable {
  private final Logger logger = Logger.getLogger("agentcore");
  private final Queue<String> errors = new ConcurrentLinkedQueue<>();

  ErrorLog() {
    logger.addHandler(this);
  }

  Queue<String> errors() {
    return errors;
  }

  @Override
  public void publish(LogRecord event) {
    if (event.getLevel().intValue() >= Level.SEVERE.intValue()) {
      errors.add(event.getLoggerName() + ": " + event.getMessage() + " " + event.getThrown());
    }
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
  }
}
