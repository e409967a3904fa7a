package agentcore.cli.chat;

import agentcore.cli.chat.command.ChatCompleter;
import agentcore.cli.common.Printable;
import agentcore.cli.terminal.Terminal;
import agentcore.client.ChatEvent;
import java.util.Optional;

/** Prints for a person at a terminal, above the line that the person edits. */
final class TerminalOutput implements Output {
  private static final String RED = "\u001b[31m";
  private static final String PLAIN = "\u001b[0m";

  private final Terminal terminal;
  private final ChatCompleter completer;
  private final boolean isColoured;
  private String room = "";
  private String unread = "";

  TerminalOutput(Terminal terminal, ChatCompleter completer, boolean isColoured) {
    this.terminal = terminal;
    this.completer = completer;
    this.isColoured = isColoured;
    draw();
  }

  @Override
  public void frame(ChatEvent event) {
    completer.learn(event);
  }

  @Override
  public void line(String line) {
    terminal.print(line);
  }

  @Override
  public void notice(String notice) {
    line("-- " + notice);
  }

  @Override
  public void problem(String problem) {
    line((isColoured ? RED : "") + "!! " + problem + (isColoured ? PLAIN : ""));
  }

  @Override
  public void lineEntered() {
    // the editor has removed it: the message will come back from the server
  }

  @Override
  public void prompt(Optional<String> newRoom) {
    room = newRoom.map(Printable::line).orElse("");
    draw();
  }

  @Override
  public void unread(String summary) {
    if (!summary.equals(unread)) {
      unread = summary;
      draw();
    }
  }

  @Override
  public boolean needsMembers(String ofRoom) {
    return completer.needsMembers(ofRoom);
  }

  private void draw() {
    terminal.prompt(room + (unread.isEmpty() ? "" : " [" + unread + "]") + "> ");
  }
}
