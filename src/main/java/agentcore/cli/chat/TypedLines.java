package agentcore.cli.chat;

import agentcore.cli.terminal.Terminal;
import java.util.Queue;
import java.util.concurrent.Semaphore;

/** Passes what the user enters at a terminal to the client's thread. */
final class TypedLines implements Terminal.Listener {
  private final Queue<Client.Event> events;
  private final Semaphore capacity = new Semaphore(InputReader.MAX_LINES);

  TypedLines(Queue<Client.Event> events) {
    this.events = events;
  }

  /** Allows one more line to be entered. */
  void lineHandled() {
    capacity.release();
  }

  /** Refuses the line while too many wait: the editor keeps it. */
  @Override
  public boolean entered(String line) {
    return capacity.tryAcquire() && events.add(new Client.Event.Line(line));
  }

  @Override
  public void ended() {
    events.add(new Client.Event.EndOfInput());
  }

  @Override
  public void interrupted() {
    events.add(new Client.Event.Line("/quit"));
  }
}
