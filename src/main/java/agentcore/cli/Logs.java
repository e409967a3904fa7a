package agentcore.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.temporal.ChronoUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.slf4j.helpers.NOP_FallbackServiceProvider;

/**
 * Where log lines go: one line for each event, to the standard error; a stack behind it, or in it
 * where the lines are JSON. The libraries, which use SLF4J, are silenced: what they call an error
 * is a client's bad frame, and what matters of it is told by those who use them.
 */
final class Logs {
  /**
   * Where the virtual machine would log each exit with a stack; kept, or its level is forgotten.
   */
  private static final Logger EXITS = Logger.getLogger("java.lang.Runtime");

  private Logs() {}

  /** How an event is written: a line without its end. */
  @FunctionalInterface
  private interface Format {
    String write(String time, String level, String logger, String message, String stack);
  }

  static void configure(String level, String format, PrintStream err) {
    System.setProperty("slf4j.provider", NOP_FallbackServiceProvider.class.getName());
    System.setProperty("slf4j.internal.verbosity", "WARN");
    LogManager.getLogManager().reset();
    Logger root = Logger.getLogger("");
    root.addHandler(new Lines(format.equals("json") ? JsonLine::write : Logs::text, err));
    EXITS.setLevel(Level.OFF);
    root.setLevel(
        switch (level) {
          case "DEBUG" -> Level.FINE;
          case "WARNING" -> Level.WARNING;
          case "ERROR" -> Level.SEVERE;
          default -> Level.INFO;
        });
  }

  private static String text(
      String time, String level, String logger, String message, String stack) {
    String name = logger.substring(logger.lastIndexOf('.') + 1);
    String line = time + ' ' + level + ' ' + name + ": " + message;
    return stack.isEmpty() ? line : line + System.lineSeparator() + stack;
  }

  private static final class Lines extends Handler {
    private final SimpleFormatter messages = new SimpleFormatter();
    private final Format format;
    private final PrintStream err;

    Lines(Format format, PrintStream err) {
      this.format = format;
      this.err = err;
    }

    @Override
    public void publish(LogRecord event) {
      if (isLoggable(event)) {
        err.println(
            format.write(
                event.getInstant().truncatedTo(ChronoUnit.MILLIS).toString(),
                name(event.getLevel()),
                event.getLoggerName() == null ? "" : event.getLoggerName(),
                messages.formatMessage(event).stripTrailing(),
                stack(event)));
      }
    }

    private static String stack(LogRecord event) {
      StringWriter stack = new StringWriter();
      if (event.getThrown() != null) {
        event.getThrown().printStackTrace(new PrintWriter(stack, true));
      }
      return stack.toString().stripTrailing();
    }

    private static String name(Level level) {
      return level.intValue() >= Level.SEVERE.intValue()
          ? "ERROR"
          : level.intValue() >= Level.WARNING.intValue()
              ? "WARNING"
              : level.intValue() >= Level.INFO.intValue() ? "INFO" : "DEBUG";
    }

    @Override
    public void flush() {
      err.flush();
    }

    @Override
    public void close() {
      flush();
    }
  }
}
