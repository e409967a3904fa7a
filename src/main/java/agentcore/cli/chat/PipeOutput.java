package agentcore.cli.chat;

import agentcore.cli.common.ServerEvent;
import java.io.PrintStream;
import java.util.Optional;

/** For a script: what the server says on {@code out}, all else on {@code err}. */
final class PipeOutput implements Output {
  private final PrintStream out;
  private final PrintStream err;
  private final boolean isJson;

  /** Prints the server's frames as they are, or in words. */
  PipeOutput(PrintStream out, PrintStream err, boolean isJson) {
    this.out = out;
    this.err = err;
    this.isJson = isJson;
  }

  @Override
  public void frame(ServerEvent event) {
    if (isJson) {
      out.println(Printable.json(event.raw()));
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
  public void typed() {
    // a script does not look
  }

  @Override
  public void prompt(Optional<String> room) {
    // nobody waits for one
  }
}
