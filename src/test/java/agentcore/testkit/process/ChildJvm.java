package agentcore.testkit.process;

import agentcore.testkit.Await;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The program, or another command, in a separate process. */
public final class ChildJvm implements AutoCloseable {
  private static final Pattern LISTENING =
      Pattern.compile("AgentCore listening on ws://127\\.0\\.0\\.1:(\\d+)/ws/\\{user_id}");

  private final Process process;
  private final BufferedWriter input;
  private final Thread atExit = Thread.ofPlatform().unstarted(this::kill);
  private final List<String> out = new CopyOnWriteArrayList<>();
  private final List<String> err = new CopyOnWriteArrayList<>();
  private final List<Thread> readers = new ArrayList<>();

  private ChildJvm(Process process) {
    this.process = process;
    this.input = process.outputWriter(StandardCharsets.UTF_8);
    Runtime.getRuntime().addShutdownHook(atExit);
    readers.add(read(process.inputReader(StandardCharsets.UTF_8), out));
    readers.add(read(process.errorReader(StandardCharsets.UTF_8), err));
  }

  /** Starts the program. */
  public static ChildJvm run(List<String> jvmOptions, String... args) {
    return start(Program.process(jvmOptions, List.of(args)));
  }

  /** Starts any command. */
  public static ChildJvm start(List<String> command, Map<String, String> environment) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    return start(builder);
  }

  private static ChildJvm start(ProcessBuilder builder) {
    try {
      return new ChildJvm(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Thread read(BufferedReader from, List<String> to) {
    return Thread.ofPlatform() // reading a pipe would pin a carrier thread
        .daemon()
        .name("child-output")
        .start(
            () -> {
              try (from) {
                from.lines().forEach(to::add);
              } catch (IOException | UncheckedIOException e) {
                to.add("(" + e + ")");
              }
            });
  }

  /** Writes lines to the standard input. */
  public void type(String... lines) {
    try {
      for (String line : lines) {
        input.write(line + "\n");
      }
      input.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Closes the standard input. */
  public void endInput() {
    try {
      input.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until the server listens and returns its port. */
  public int awaitPort() {
    Await.until(
        "the server to listen: " + out + err, () -> listening().isPresent() || !process.isAlive());
    return Integer.parseInt(
        listening()
            .orElseThrow(() -> new AssertionError("the server does not listen: " + out + err)));
  }

  private Optional<String> listening() {
    return out.stream()
        .map(LISTENING::matcher)
        .filter(Matcher::matches)
        .map(line -> line.group(1))
        .findFirst();
  }

  /** Waits for the process to exit and returns its exit code. */
  public int awaitExit() {
    try {
      if (!process.waitFor(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("still running: " + out + err);
      }
      for (Thread reader : readers) {
        reader.join();
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** Sends SIGTERM. {@link Process#destroy} would also close the output streams. */
  public void terminate() {
    boolean unused = process.toHandle().destroy();
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public List<String> out() {
    return List.copyOf(out);
  }

  public List<String> err() {
    return List.copyOf(err);
  }

  /** Returns the lines on standard error that are not INFO log lines. */
  public List<String> warnings() {
    return err.stream().filter(line -> !line.matches("\\S+Z INFO \\w+: .*")).toList();
  }

  /** Kills the children of a shell first; later they could no longer be found. */
  private void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  @Override
  public void close() {
    kill();
    awaitExit();
    Runtime.getRuntime().removeShutdownHook(atExit);
  }
}
