package agentcore.cli.terminal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The mode of the terminal that the standard input is, set by {@code stty} (POSIX). In raw mode
 * each key is read at once, nothing is echoed, and keys cause no signals. Output is processed as
 * before, so that a stack trace can be read. Not thread-safe.
 */
final class RawMode {
  private static final String[] RAW =
      "-echo -icanon -isig -iexten -icrnl -ixon min 1 time 0".split(" ");

  private final String before;

  private RawMode(String before) {
    this.before = before;
  }

  /** Returns the terminal, whose mode is not changed yet; empty if {@code stty} cannot do it. */
  static Optional<RawMode> find() {
    return run("stty", "-g").filter(mode -> !mode.isBlank()).map(mode -> new RawMode(mode.strip()));
  }

  /** Begins raw mode. Returns whether it worked. */
  boolean begin() {
    List<String> command = new ArrayList<>(List.of("stty"));
    command.addAll(Arrays.asList(RAW));
    return run(command.toArray(String[]::new)).isPresent();
  }

  /** Restores the mode of before. */
  void end() {
    var unused = run("stty", before);
  }

  Size size() {
    return Size.parse(run("stty", "size").orElse(""));
  }

  /** Stops this job, as Ctrl-Z does, until the shell continues it. */
  void stop() {
    var unused = run("sh", "-c", "kill -TSTP 0");
  }

  private static Optional<String> run(String... command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectInput(ProcessBuilder.Redirect.INHERIT)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.onExit().join().exitValue() == 0 ? Optional.of(output) : Optional.empty();
    } catch (IOException notInstalled) {
      return Optional.empty();
    }
  }
}
