package agentcore.testkit;

import agentcore.testkit.process.FreePort;
import agentcore.testkit.process.Signals;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real Redis in a separate process, on a free port of 127.0.0.1 and in a temporary folder. The
 * binary comes from a build dependency, so nothing needs to be installed. {@code
 * -Dagentcore.redis.server=FILE} names another binary, of another version or of Valkey.
 *
 * <p>Registered as a JUnit extension it stops with its test class, and in any case with the JVM.
 * Most tests share one: {@link SharedRedis}.
 */
public final class RedisProcess implements AutoCloseable, AfterAllCallback {
  private static final String FILE = "redis.conf";
  private static final String VERSION = "7.0.15";

  private final Path folder;
  private final int port;
  private final List<String> options;
  private final Thread atExit = Thread.ofPlatform().unstarted(this::end);
  private Process process;

  private RedisProcess(Path folder, int port, List<String> options) {
    this.folder = folder;
    this.port = port;
    this.options = options;
    this.process = launch();
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /** Starts an empty Redis with additional redis-server options. */
  public static RedisProcess start(String... options) {
    try {
      Path folder = Files.createTempDirectory("agentcore-redis");
      Path unused = install(folder);
      return new RedisProcess(folder, FreePort.next(), List.of(options));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts one with a configuration file, which sentinels require, and additional options. */
  public static RedisProcess startWithFile(String content, String... options) {
    try {
      Path folder = Files.createTempDirectory("agentcore-redis");
      Path unused = install(folder);
      unused = Files.writeString(folder.resolve(FILE), content);
      return new RedisProcess(folder, FreePort.next(), List.of(options));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Copies the binary into a folder. */
  public static Path install(Path folder) throws IOException {
    Path program = folder.resolve("redis-server");
    String other = System.getProperty("agentcore.redis.server", "");
    try (InputStream in = other.isEmpty() ? program() : Files.newInputStream(Path.of(other))) {
      Files.copy(in, program, StandardCopyOption.REPLACE_EXISTING);
    }
    if (!program.toFile().setExecutable(true)) {
      throw new IOException("cannot make " + program + " executable");
    }
    return program;
  }

  private static InputStream program() {
    String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch");
    String name =
        "/redis-server-"
            + VERSION
            + (os.startsWith("mac") ? "-darwin-" : "-linux-")
            + (arch.equals("aarch64") ? "arm64" : "amd64");
    InputStream in = RedisProcess.class.getResourceAsStream(name);
    if (in == null) {
      throw new IllegalStateException("no Redis for this machine: " + name);
    }
    return in;
  }

  private Process launch() {
    List<String> command = new ArrayList<>();
    command.add(folder.resolve("redis-server").toString());
    if (Files.exists(folder.resolve(FILE))) {
      command.add(folder.resolve(FILE).toString());
    }
    command.addAll(
        List.of(
            "--bind",
            "127.0.0.1",
            "--port",
            "" + port,
            "--dir",
            folder.toString(),
            "--save",
            "",
            "--appendonly",
            "no"));
    command.addAll(options);
    try {
      Process started =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("log").toFile())
              .start();
      Await.until("Redis to answer", () -> answers() || !started.isAlive());
      if (!started.isAlive()) {
        throw new AssertionError(
            "Redis ended: " + Files.readString(folder.resolve("log"), StandardCharsets.UTF_8));
      }
      return started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the URL of database 0. */
  public String url() {
    return "redis://127.0.0.1:" + port + "/0";
  }

  /** Returns the port. */
  public int port() {
    return port;
  }

  /** An error reply, such as a missing password or LOADING, is an answer too. */
  private boolean answers() {
    try {
      return !command("PING").isEmpty();
    } catch (UncheckedIOException e) {
      return false;
    }
  }

  /** Runs a command and returns the first reply in wire format. */
  public String command(String... words) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout((int) Await.DEADLINE.toMillis());
      StringBuilder request = new StringBuilder("*" + words.length + "\r\n");
      for (String word : words) {
        int length = word.getBytes(StandardCharsets.UTF_8).length;
        request.append('$').append(length).append("\r\n").append(word).append("\r\n");
      }
      socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.UTF_8));
      byte[] reply = new byte[64 * 1024];
      int length = socket.getInputStream().read(reply);
      return new String(reply, 0, Math.max(0, length), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Creates a folder in the working directory of Redis; returns whether that succeeded. */
  public boolean makeFolder(String name) {
    return folder.resolve(name).toFile().mkdir();
  }

  /** Returns whether it runs, even if it is suspended. */
  public boolean isRunning() {
    return process.isAlive();
  }

  /** Kills Redis (SIGKILL). */
  public void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  /** Starts Redis again on the same port with its remaining files. */
  public void restart() {
    process = launch();
  }

  /** Suspends Redis (SIGSTOP): connections stay open, nothing is answered. */
  public void pause() {
    signal("STOP");
  }

  /** Resumes Redis (SIGCONT). */
  public void resume() {
    signal("CONT");
  }

  private void signal(String name) {
    Signals.send(process, name);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    close();
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(atExit);
    end();
  }

  private void end() {
    kill();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("left behind: " + Arrays.toString(folder.toFile().list()), e);
    }
  }
}
