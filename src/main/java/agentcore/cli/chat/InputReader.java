package agentcore.cli.chat;

import agentcore.client.ChatClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;

/**
 * Reads lines on a daemon thread, because nothing can interrupt a read of the standard input. The
 * thread ends with the input, or with the program.
 */
final class InputReader {
  /** How many lines may wait to be handled. */
  static final int MAX_LINES = 64;

  private final BufferedReader in;
  private final ChatClient client;
  private final Semaphore capacity = new Semaphore(MAX_LINES);

  InputReader(InputStream in, ChatClient client) {
    this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    this.client = client;
  }

  /** Begins to pass the lines to a conversation, on the client's thread. */
  void start(Conversation conversation) {
    Thread.ofPlatform().daemon().name("input").start(() -> run(conversation));
  }

  /** Allows one more line to be read. */
  void lineHandled() {
    capacity.release();
  }

  private void run(Conversation conversation) {
    try {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        capacity.acquire();
        String entered = line;
        client.execute(() -> conversation.enter(entered));
      }
    } catch (IOException | InterruptedException over) {
      // treated as the end of the input
    }
    client.execute(conversation::endInput);
  }
}
