package agentcore.testkit;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The program in a process of its own. */
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

  /** Runs the program with the class path of the tests. */
  public static ChildJvm run(List<String> jvmOptions, String... args) {
    List<String> command = new ArrayList<>(program(jvmOptions.toArray(String[]::new)));
    command.addAll(List.of(args));
    return start(command, Map.of());
  }

  /** Returns the command that is the program, with the class path of the tests. */
  public static List<String> program(String... jvmOptions) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+UseSerialGC");
    command.addAll(List.of(jvmOptions));
    command.add("-cp");
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add("agentcore.Main");
    return command;
  }

  /** Starts any command. */
  public static ChildJvm start(List<String> command, Map<String, String> environment) {
    try {
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().putAll(environment);
      return new ChildJvm(builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Thread read(BufferedReader from, List<String> to) {
    return Thread.ofVirtual()
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

  /** Types lines: writes them to its standard input. */
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

  /** Ends its standard input. */
  public void endInput() {
    try {
      input.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until it says where it listens; returns the port. */
  public int awaitPort() {
    Await.until("it listens", () -> !out.isEmpty() || !process.isAlive());
    Matcher line = LISTENING.matcher(out.isEmpty() ? "" : out.getFirst());
    if (!line.matches()) {
      throw new AssertionError("it does not listen: " + out + err);
    }
    return Integer.parseInt(line.group(1));
  }

  /** Waits for its end; returns its exit code. */
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

  /** Asks it to end, as {@code kill} does. */
  public void terminate() {
    process.destroy();
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

  /** A shell's children first, or nobody knows them any more. */
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
