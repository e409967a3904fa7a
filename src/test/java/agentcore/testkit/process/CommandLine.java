package agentcore.testkit.process;

import agentcore.cli.Cli;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.LogManager;
import org.junit.jupiter.api.AfterEach;

/** Base class of tests that run commands in this process and check what they print. */
public abstract class CommandLine {
  /** The environment variables that commands see. */
  protected final Map<String, String> environment = new HashMap<>();

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  /** Undoes the logging configuration, which commands change for the whole process. */
  @AfterEach
  void restoreLogging() throws IOException {
    LogManager.getLogManager().readConfiguration();
    List.of("agentcore.home", "slf4j.provider", "slf4j.internal.verbosity")
        .forEach(System::clearProperty);
  }

  /** Runs a command and returns its exit code. */
  protected int run(String... args) {
    return new Cli(stream(out), stream(err), environment).run(args);
  }

  private static PrintStream stream(ByteArrayOutputStream to) {
    return new PrintStream(to, true, StandardCharsets.UTF_8);
  }

  /** Returns everything printed to standard output. */
  protected String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  /** Returns everything printed to standard error. */
  protected String err() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
