package agentcore.testkit;

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

/** A chat server in a process of its own, on a free port of 127.0.0.1, that can be killed. */
public final class ServerProcess implements AutoCloseable {
  private static final Pattern LISTENING = Pattern.compile("listening on wss?://[^ ]*?:(\\d+)/");

  private final Process process;
  private final Queue<String> lines = new ConcurrentLinkedQueue<>();

  /** No virtual thread: a read of a process holds its carrier. */
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

  /** Starts a server with these settings, and does not wait. */
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
      // it was killed
    }
  }

  private boolean isListening() {
    return LISTENING.matcher(output()).find();
  }

  /** Says whether it runs, or is paused. */
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

  /** Connects {@code user}; nothing is read yet, not even the welcome. */
  public RawClient connect(String user) {
    return RawClient.connect(port(), RawClient.path(user));
  }

  /** Returns all that it printed so far, results and errors. */
  public String output() {
    return String.join("\n", lines);
  }

  /** Waits for its end, reads the rest of its output, and returns its exit code. */
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

  /** Kills it (SIGKILL). */
  public void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  /**
   * Asks it to end (SIGTERM), and does not wait. {@code destroy} would close its output as well.
   */
  public void terminate() {
    Signals.send(process, "TERM");
  }

  /** Stops it in mid-air (SIGSTOP). */
  public void pause() {
    Signals.send(process, "STOP");
  }

  /** Lets it go on (SIGCONT). */
  public void resume() {
    Signals.send(process, "CONT");
  }

  @Override
  public void close() {
    kill();
  }
}
