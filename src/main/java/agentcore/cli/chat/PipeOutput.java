package agentcore.cli.chat;

import agentcore.cli.common.Printable;
import agentcore.client.ChatEvent;
import java.io.PrintStream;
import java.util.Optional;

/** Prints for a script: events to {@code out}, everything else to {@code err}. */
final class PipeOutput implements Output {
  private final PrintStream out;
  private final PrintStream err;
  private final boolean isJson;

  /** Creates an output that prints events as JSON or as text. */
  PipeOutput(PrintStream out, PrintStream err, boolean isJson) {
    this.out = out;
    this.err = err;
    this.isJson = isJson;
  }

  @Override
  public void frame(ChatEvent event) {
    if (isJson) {
      out.println(Printable.json(event.json()));
    }
  }

  @Override
  public void line(String line) {
    if (!isJson) {
      out.println(line);
    }
  }

  @Override
  public void notice(String notice) {
    err.println("agentcore chat: " + notice);
  }

  @Override
  public void problem(String problem) {
    notice(problem);
  }

  @Override
  public void lineEntered() {
    // only for a terminal
  }

  @Override
  public void prompt(Optional<String> room) {
    // only for a terminal
  }

  @Override
  public void unread(String summary) {
    // only for a terminal
  }

  @Override
  public boolean needsMembers(String room) {
    return false;
  }
}
