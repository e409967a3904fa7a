package agentcore.core.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import org.junit.jupiter.api.Test;

class LimitedLogTest {
  private final List<String> lines = new ArrayList<>();
  private final List<Runnable> later = new ArrayList<>();
  private System.Logger.Level level = System.Logger.Level.INFO;
  private long now;

  private final LimitedLog log = new LimitedLog(new Lines(), "connections", () -> now, later::add);

  private final class Lines implements System.Logger {
    @Override
    public String getName() {
      return "lines";
    }

    @Override
    public boolean isLoggable(Level asked) {
      return asked.getSeverity() >= level.getSeverity();
    }

    @Override
    public void log(Level at, ResourceBundle bundle, String line, Throwable thrown) {
      lines.add(line);
    }

    @Override
    public void log(Level at, ResourceBundle bundle, String format, Object... values) {
      lines.add(MessageFormat.format(format, values));
    }
  }

  private void infos(int count) {
    for (int i = 0; i < count; i++) {
      log.info("number {0}", String.valueOf(i));
    }
  }

  @Test
  void linesOverTheLimitAreCountedInsteadOfWritten() {
    infos(10_000);
    assertEquals(LimitedLog.LINES_PER_SECOND, lines.size());
    assertEquals("number 0", lines.getFirst());
    assertEquals(1, later.size(), "one task, not one for each line");
    later.removeFirst().run();
    assertEquals("omitted lines=9950 about=\"connections\"", lines.getLast());
    assertEquals(LimitedLog.LINES_PER_SECOND + 1, lines.size());
  }

  @Test
  void limitStartsAgainEachSecond() {
    infos(60);
    now += 1_000_000_000;
    later.removeFirst().run();
    infos(60);
    assertEquals(2 * LimitedLog.LINES_PER_SECOND + 1, lines.size());
    later.removeFirst().run();
    assertEquals("omitted lines=10 about=\"connections\"", lines.getLast());
  }

  @Test
  void linesBelowTheLogLevelAreNotCounted() {
    level = System.Logger.Level.WARNING;
    infos(1000);
    assertEquals(List.of(), lines);
    assertEquals(List.of(), later);
  }
}
