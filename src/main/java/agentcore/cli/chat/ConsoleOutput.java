package agentcore.cli.chat;

import agentcore.cli.common.ServerEvent;
import java.io.PrintStream;
import java.util.Optional;

/**
 * For a person at a terminal: a prompt below what was said.
 *
 * <p>The terminal is left in its usual mode, in which it edits the line by itself and shows it only
 * to the user: what comes in while somebody types covers that line (Ctrl-R shows it again).
 */
final class ConsoleOutput implements Output {
  private static final String ERASE_LINE = "\r\u001b[K";
  private static final String LINE_ABOVE = "\u001b[A";

  private final PrintStream out;
  private final boolean isAnsi;
  private String prompt = "";

  ConsoleOutput(PrintStream out, boolean isAnsi) {
    this.out = out;
    this.isAnsi = isAnsi;
  }

  @Override
  public void frame(ServerEvent event) {
    // line() has it in words
  }

  @Override
  public void line(String line) {
    String begin = prompt.isEmpty() ? "" : isAnsi ? ERASE_LINE : System.lineSeparator();
    out.print(begin + line + System.lineSeparator() + prompt);
    out.flush();
  }

  @Override
  public void notice(String notice) {
    line("-- " + notice);
  }

  @Override
  public void problem(String problem) {
    line("!! " + problem);
  }

  /** What was typed makes place for what the server makes of it. */
  @Override
  public void typed() {
    out.print((isAnsi ? LINE_ABOVE + ERASE_LINE : "") + prompt);
    out.flush();
  }

  @Override
  public void prompt(Optional<String> room) {
    String begin = prompt.isEmpty() ? "" : isAnsi ? ERASE_LINE : System.lineSeparator();
    prompt = room.map(Printable::line).orElse("") + "> ";
    out.print(begin + prompt);
    out.flush();
  }
}
