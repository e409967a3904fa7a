package agentcore.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import java.util.regex.Pattern;
import org.slf4j.helpers.NOP_FallbackServiceProvider;

/**
 * Configures logging. Each event is written to standard error as a line of text, followed by a
 * stack trace if there is one, or as one JSON object. A {@link LogWriter} writes the lines, so that
 * logging never blocks. The libraries, which log through SLF4J, are silenced: they report a
 * client's bad frame as an error, and our classes log what matters.
 */
final class Logs {
  private static final String MANAGER = "java.util.logging.manager";
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");

  private Logs() {}

  /** Formats an event without a final line break. */
  @FunctionalInterface
  private interface Format {
    String format(String time, String level, String logger, String message, String stack);
  }

  /** Chooses the log manager. Must be called before the first logger is created. */
  static void prepare() {
    if (System.getProperty(MANAGER) == null) {
      System.setProperty(MANAGER, NonResettingLogManager.class.getName());
    }
  }

  /** Starts logging, and returns the writer to close when the program ends. */
  static LogWriter configure(String level, String format, PrintStream err) {
    System.setProperty("slf4j.provider", NOP_FallbackServiceProvider.class.getName());
    System.setProperty("slf4j.internal.verbosity", "WARN");
    prepare();
    LogManager manager = LogManager.getLogManager();
    manager.reset();
    Format lines = format.equals("json") ? JsonLine::write : Logs::text;
    LogWriter writer = new LogWriter(err, count -> aboutDropped(lines, count));
    writer.start();
    Logger root = Logger.getLogger("");
    root.addHandler(new LineHandler(lines, writer));
    root.setLevel(
        switch (level) {
          case "DEBUG" -> Level.FINE;
          case "WARNING" -> Level.WARNING;
          case "ERROR" -> Level.SEVERE;
          default -> Level.INFO;
        });
    if (manager instanceof NonResettingLogManager own) {
      own.configured();
    }
    return writer;
  }

  private static String aboutDropped(Format lines, long count) {
    String message = "dropped lines=" + count + ": standard error was blocked";
    return lines.format(time(Instant.now()), "WARNING", LogWriter.class.getName(), message, "");
  }

  private static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.MILLIS).toString();
  }

  private static String text(
      String time, String level, String logger, String message, String stack) {
    String name = logger.substring(logger.lastIndexOf('.') + 1);
    String line = time + ' ' + level + ' ' + name + ": " + CONTROL.matcher(message).replaceAll("?");
    return stack.isEmpty() ? line : line + System.lineSeparator() + stack;
  }

  private static final class LineHandler extends Handler {
    private final SimpleFormatter messages = new SimpleFormatter();
    private final Format format;
    private final LogWriter writer;

    /** The JVM logs each exit to this logger. The strong reference keeps its level set. */
    private final Logger exits = Logger.getLogger("java.lang.Runtime");

    LineHandler(Format format, LogWriter writer) {
      this.format = format;
      this.writer = writer;
      exits.setLevel(Level.OFF);
    }

    @Override
    public void publish(LogRecord event) {
      if (isLoggable(event)) {
        writer.write(
            format.format(
                time(event.getInstant()),
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
      writer.flush();
    }

    @Override
    public void close() {
      writer.close();
    }
  }
}
