package agentcore.cli.chat;

import agentcore.cli.terminal.Terminal;
import agentcore.client.ChatClient;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/** Passes what the user enters at a terminal to the conversation, on the client's thread. */
final class TypedLines implements Terminal.Listener {
  private final ChatClient client;
  private final CompletableFuture<Conversation> conversation = new CompletableFuture<>();
  private final Semaphore capacity = new Semaphore(InputReader.MAX_LINES);

  TypedLines(ChatClient client) {
    this.client = client;
  }

  /** Passes all lines to a conversation. Until then, they wait. */
  void to(Conversation whole) {
    conversation.complete(whole);
  }

  /** Allows one more line to be entered. */
  void lineHandled() {
    capacity.release();
  }

  /** Refuses the line while too many wait: the editor keeps it. */
  @Override
  public boolean entered(String line) {
    boolean isTaken = capacity.tryAcquire();
    if (isTaken) {
      enter(line);
    }
    return isTaken;
  }

  @Override
  public void ended() {
    client.execute(() -> conversation.join().endInput());
  }

  @Override
  public void interrupted() {
    enter("/quit");
  }

  /** The conversation begins in the next moment, if it has not begun. */
  private void enter(String line) {
    client.execute(() -> conversation.join().enter(line));
  }
}
