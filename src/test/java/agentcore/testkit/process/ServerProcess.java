package agentcore.testkit.process;

import agentcore.testkit.Await;
import agentcore.testkit.RawClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A chat server in a separate process, on a free port of 127.0.0.1, that can be killed. */
public final class ServerProcess implements AutoCloseable {
  private static final Pattern LISTENING = Pattern.compile("listening on wss?://[^ ]*?:(\\d+)/");

  private final Process process;
  private final Queue<String> lines = new ConcurrentLinkedQueue<>();

  /** A platform thread, because reading a pipe would pin a carrier thread. */
  private final Thread reader = Thread.ofPlatform().daemon().name("output").unstarted(this::read);

  private ServerProcess(Process process) {
    this.process = process;
  }

  /** Starts a server with these settings and waits until it listens. */
  public static ServerProcess start(Map<String, String> settings) {
    ServerProcess server = launch(settings);
    try {
      Await.until("the server to listen", () -> server.isListening() || !server.isAlive());
      if (!server.isListening()) {
        throw new AssertionError("the server ended: " + server.output());
      }
      return server;
    } catch (AssertionError e) {
      server.close();
      throw e;
    }
  }

  /** Starts a server with these settings without waiting. */
  public static ServerProcess launch(Map<String, String> settings) {
    ProcessBuilder builder = Program.process(List.of("-XX:TieredStopAtLevel=1"), List.of("serve"));
    builder.redirectErrorStream(true);
    builder.environment().putAll(Map.of("HOST", "127.0.0.1", "PORT", "0"));
    builder.environment().putAll(settings);
    try {
      ServerProcess server = new ServerProcess(builder.start());
      server.reader.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read() {
    try (BufferedReader in = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        lines.add(line);
      }
    } catch (IOException ended) {
      // the process was killed
    }
  }

  private boolean isListening() {
    return LISTENING.matcher(output()).find();
  }

  /** Returns whether the process exists, running or paused. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Returns the port that it listens on. */
  public int port() {
    Matcher listening = LISTENING.matcher(output());
    if (!listening.find()) {
      throw new IllegalStateException("not listening");
    }
    return Integer.parseInt(listening.group(1));
  }

  /** Connects {@code user} without reading anything, not even the welcome. */
  public RawClient connect(String user) {
    return RawClient.connect(port(), RawClient.path(user));
  }

  /** Returns everything printed so far, on standard output and standard error. */
  public String output() {
    return String.join("\n", lines);
  }

  /** Waits for the process to exit, reads the remaining output and returns the exit code. */
  public int awaitExit(Duration timeout) {
    try {
      if (!process.waitFor(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new AssertionError("still running after " + timeout + ": " + output());
      }
      reader.join();
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** Kills the process (SIGKILL). */
  public void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  /** Sends SIGTERM without waiting. {@code destroy} would also close the output streams. */
  public void terminate() {
    Signals.send(process, "TERM");
  }

  /** Suspends the process (SIGSTOP). */
  public void pause() {
    Signals.send(process, "STOP");
  }

  /** Resumes the process (SIGCONT). */
  public void resume() {
    Signals.send(process, "CONT");
  }

  @Override
  public void close() {
    kill();
  }
}
