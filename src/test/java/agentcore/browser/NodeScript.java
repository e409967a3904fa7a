package agentcore.browser;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import agentcore.testkit.Await;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A script in Node, in a folder with copies of the client's and the tests' modules. The test is
 * skipped if Node is not installed.
 */
final class NodeScript implements AutoCloseable {
  static final String CLIENT = "./agentcore-client.js";
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
  private static final Duration LONGEST_RUN = Duration.ofMinutes(3);
  private static final List<Path> MODULES =
      List.of(
          Path.of("src", "main", "resources", "agentcore", "page"),
          Path.of("src", "client", "js"),
          Path.of("src", "test", "resources", "clients"));

  private final Process process;
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Thread reader =
      Thread.ofPlatform().daemon().name("node-output").unstarted(this::read);

  private NodeScript(Process process) {
    this.process = process;
  }

  /** Writes a script into a folder, beside copies of the modules, and runs it. */
  static NodeScript run(Path folder, String script, String... arguments) {
    try {
      for (Path modules : MODULES) {
        copyModules(modules, folder);
      }
      return runAlone(folder, script, arguments);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a script into a folder and runs it. */
  static NodeScript runAlone(Path folder, String script, String... arguments) {
    try {
      Files.writeString(folder.resolve("package.json"), "{\"type\":\"module\"}");
      Files.writeString(folder.resolve("script.js"), script);
      List<String> command =
          new ArrayList<>(
              List.of("node", "--no-warnings", "--experimental-websocket", "script.js"));
      command.addAll(List.of(arguments));
      assumeTrue(hasWebSocket(), "Node with WebSocket is not installed");
      Process process =
          new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
      NodeScript started = new NodeScript(process);
      started.reader.start();
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copyModules(Path from, Path to) throws IOException {
    try (Stream<Path> modules = Files.list(from)) {
      for (Path module : modules.filter(file -> file.toString().matches(".*\\.m?js")).toList()) {
        Files.copy(module, to.resolve(module.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private static boolean hasWebSocket() {
    try {
      Process probe =
          new ProcessBuilder("node", "--experimental-websocket", "--eval", "WebSocket.name")
              .start();
      return probe.waitFor() == 0;
    } catch (IOException notThere) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  private void read() {
    try (BufferedReader in = process.inputReader()) {
      in.lines().forEach(lines::add);
    } catch (IOException | UncheckedIOException ended) {
      // the process was killed
    }
  }

  /** Returns the lines printed so far. */
  List<String> lines() {
    return List.copyOf(lines);
  }

  /** Waits until this line is printed. */
  void await(String line) {
    try {
      Await.until(line, LONGEST_WAIT, () -> lines.contains(line));
    } catch (AssertionError late) {
      throw new AssertionError(late.getMessage() + " among " + lines, late);
    }
  }

  /** Writes a line to the standard input. */
  void sendLine(String line) {
    try {
      BufferedWriter out = process.outputWriter();
      out.write(line + "\n");
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for the process to exit and returns its exit code. */
  int awaitExit() {
    try {
      if (!process.waitFor(LONGEST_RUN.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("still running: " + lines);
      }
      reader.join();
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
