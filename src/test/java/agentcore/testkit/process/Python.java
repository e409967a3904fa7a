package agentcore.testkit.process;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;
import java.util.Optional;

/**
 * Finds a Python that has the package websockets, which the system's packages install for their own
 * Python.
 */
public final class Python {
  private static final List<String> CANDIDATES = List.of("python3", "/usr/bin/python3");

  private Python() {}

  /** Returns the program; empty if there is none. */
  public static Optional<String> withWebSockets() {
    return CANDIDATES.stream().filter(Python::hasWebSockets).findFirst();
  }

  private static boolean hasWebSockets(String program) {
    try {
      return new ProcessBuilder(program, "-c", "import websockets")
              .redirectErrorStream(true)
              .redirectOutput(Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException notThere) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
