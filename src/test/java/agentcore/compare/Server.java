package agentcore.compare;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server in a child process; closing it ends the process. */
final class Server implements AutoCloseable {
  private static final Pattern LISTENING =
      Pattern.compile("listening on (wss?://127\\.0\\.0\\.1:\\d+)");

  /** Limits are off or high enough for the generator. */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "PORT", "0",
          "RATE_LIMIT_MESSAGES", "0",
          "DEFAULT_ROOM", "",
          "MAX_TOTAL_CONNECTIONS", "20000",
          "LOG_LEVEL", "WARNING");

  private final Process process;
  private final String url;

  private Server(Process process, String url) {
    this.process = process;
    this.url = url;
  }

  /** Starts a command and waits until it prints where it listens. */
  static Server start(Map<String, String> settings, String... command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(SETTINGS);
    builder.environment().putAll(settings);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    Process process = builder.start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      Matcher matcher = LISTENING.matcher(line);
      if (matcher.find()) {
        return new Server(process, matcher.group(1));
      }
    }
    throw new IOException("the server ended before it listened: " + List.of(command));
  }

  String url() {
    return url;
  }

  String pid() {
    return "" + process.pid();
  }

  /** Makes a server in Java collect its garbage; has no effect on others. */
  void collectGarbage() {
    if (!process.info().command().orElse("").endsWith("java")) {
      return; // jcmd would wait several seconds for an answer
    }
    Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
    try {
      new ProcessBuilder(jcmd.toString(), pid(), "GC.run")
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until the server is idle, at most 10 s, so that one run does not burden the next. */
  void settle() {
    long deadlineNanos = System.nanoTime() + 10_000_000_000L;
    Duration before;
    do {
      before = cpu();
      LockSupport.parkNanos(300_000_000);
    } while (cpu().minus(before).toMillis() > 10 && System.nanoTime() < deadlineNanos);
  }

  private Duration cpu() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(15, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException stop) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
