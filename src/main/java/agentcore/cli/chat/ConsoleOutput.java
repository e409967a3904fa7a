package agentcore.cli.chat;

import agentcore.cli.common.Printable;
import agentcore.client.ChatEvent;
import java.io.PrintStream;
import java.util.Optional;

/**
 * Prints for a person at a terminal, with a prompt below the messages.
 *
 * <p>This is for a terminal that cannot move its cursor, or whose mode cannot be set. It stays in
 * its usual mode, in which it edits the line itself. A message that arrives while the user is
 * typing therefore covers the unfinished line (Ctrl-R shows it again).
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
  public void frame(ChatEvent event) {
    // a person reads line() instead
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

  /** Erases the entered line: the message will come back from the server. */
  @Override
  public void lineEntered() {
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

  @Override
  public void unread(String summary) {
    // only where the prompt can be drawn again
  }

  @Override
  public boolean needsMembers(String room) {
    return false;
  }
}
