package agentcore.cli.chat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.Semaphore;

/**
 * Reads lines on a daemon thread, because nothing can interrupt a read of the standard input. The
 * thread ends with the input, or with the program.
 */
final class InputReader {
  /** How many lines may wait to be handled. */
  static final int MAX_LINES = 64;

  private final BufferedReader in;
  private final Queue<Client.Event> events;
  private final Semaphore capacity = new Semaphore(MAX_LINES);

  InputReader(InputStream in, Queue<Client.Event> events) {
    this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    this.events = events;
  }

  void start() {
    Thread.ofPlatform().daemon().name("input").start(this::run);
  }

  /** Allows one more line to be read. */
  void lineHandled() {
    capacity.release();
  }

  private void run() {
    try {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        capacity.acquire();
        events.add(new Client.Event.Line(line));
      }
    } catch (IOException | InterruptedException over) {
      // treated as the end of the input
    }
    events.add(new Client.Event.EndOfInput());
  }
}
