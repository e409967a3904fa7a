package agentcore.browser;

import agentcore.cli.chat.ChatCommand;
import agentcore.testkit.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** A user of the terminal client, which runs in this process as it does at a console. */
final class Terminal implements AutoCloseable {
  private final PipedOutputStream keyboard = new PipedOutputStream();
  private final ByteArrayOutputStream screen = new ByteArrayOutputStream();
  private final Thread thread;
  private int seen;

  private Terminal(int port, String user) {
    PipedInputStream in = connect(keyboard);
    PrintStream out = new PrintStream(screen, true, StandardCharsets.UTF_8);
    List<String> args = List.of("--url", "ws://127.0.0.1:" + port, "--user", user);
    thread =
        Thread.ofPlatform()
            .daemon()
            .name("terminal")
            .start(() -> new ChatCommand(in, out, out, Map.of()).run(args, true));
  }

  private static PipedInputStream connect(PipedOutputStream keyboard) {
    try {
      return new PipedInputStream(keyboard);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts the client, and waits until it is connected. */
  static Terminal start(int port, String user) {
    Terminal terminal = new Terminal(port, user);
    terminal.await("You are " + user);
    return terminal;
  }

  /** Enters a line; {@link #await} looks only at what is printed after it. */
  void type(String line) {
    seen = text().length();
    try {
      keyboard.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      keyboard.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String text() {
    return screen.toString(StandardCharsets.UTF_8);
  }

  /** Waits until a text is printed after the last line that was entered. */
  void await(String text) {
    try {
      Await.until(text, () -> text().indexOf(text, seen) >= 0);
    } catch (AssertionError late) {
      throw new AssertionError(late.getMessage() + "\nThe terminal shows:\n" + text(), late);
    }
  }

  @Override
  public void close() {
    type("/quit");
    try {
      boolean unused = thread.join(Await.DEADLINE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
