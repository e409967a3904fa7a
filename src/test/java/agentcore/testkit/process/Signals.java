package agentcore.testkit.process;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Sends signals to child processes, which Java cannot do. */
public final class Signals {
  private Signals() {}

  /** Sends a signal such as {@code STOP}. */
  public static void send(Process process, String name) {
    try {
      // The shell's built-in kill: a minimal system has no such program.
      String command = "kill -" + name + " " + process.pid();
      int code = new ProcessBuilder("sh", "-c", command).start().waitFor();
      if (code != 0) {
        throw new IOException("kill -" + name + " ended with " + code);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
