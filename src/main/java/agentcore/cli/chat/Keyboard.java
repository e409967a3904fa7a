package agentcore.cli.chat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.Semaphore;

/**
 * Reads lines on a thread of its own, which ends with the input, or with the program: nothing can
 * interrupt a read of the standard input.
 */
final class Keyboard {
  /** So many lines may wait to be handled. */
  static final int MAX_LINES = 64;

  private final BufferedReader in;
  private final Queue<Happening> happenings;
  private final Semaphore room = new Semaphore(MAX_LINES);

  Keyboard(InputStream in, Queue<Happening> happenings) {
    this.in = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    this.happenings = happenings;
  }

  void start() {
    Thread.ofPlatform().daemon().name("keyboard").start(this::run);
  }

  /** Lets one more line be read. */
  void readOn() {
    room.release();
  }

  private void run() {
    try {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        room.acquire();
        happenings.add(new Happening.Line(line));
      }
    } catch (IOException | InterruptedException over) {
      // as at the end of the input
    }
    happenings.add(new Happening.EndOfInput());
  }
}
