package agentcore.testkit.process;

import agentcore.testkit.Await;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A command in a pseudo-terminal, which util-linux's {@code script} makes, and what is seen on it.
 */
public final class PseudoTerminal implements AutoCloseable {
  private static final Pattern EXIT_CODE = Pattern.compile("exit code (\\d+)\n");

  private final Process script;
  private final OutputStream keyboard;
  private final Path folder;
  private final int height;
  private final VirtualScreen screen;
  private final Thread reader;
  private volatile String fault = "";

  private PseudoTerminal(Process script, Path folder, int columns, int height) {
    this.script = script;
    this.keyboard = script.getOutputStream();
    this.folder = folder;
    this.height = height;
    this.screen = new VirtualScreen(columns, height);
    this.reader = Thread.ofPlatform().daemon().name("pty").start(this::read);
  }

  /**
   * Starts a program of this build in a terminal. In {@code folder} there are files for {@link
   * #send} and {@link #modes}.
   */
  public static PseudoTerminal start(
      Path folder, Map<String, String> environment, int columns, int height, List<String> command) {
    String program =
        command.stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
    String shell =
        """
        stty rows %d cols %d; tty >tty; stty -g >before
        sh -c 'echo $$ >pid; exec env --default-signal "$@"' sh %s
        code=$?; stty -g >after; echo "exit code $code"
        """
            .formatted(height, columns, program);
    ProcessBuilder script = new ProcessBuilder("script", "-qec", shell, "/dev/null");
    script.directory(folder.toFile()).redirectErrorStream(true);
    script.environment().remove("NO_COLOR");
    script.environment().putAll(Map.of("TERM", "xterm", "LC_ALL", "C.UTF-8", "TZ", "UTC"));
    script.environment().putAll(environment);
    try {
      return new PseudoTerminal(script.start(), folder, columns, height);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read() {
    char[] buffer = new char[4096];
    try (Reader output = script.inputReader(StandardCharsets.UTF_8)) {
      for (int count = output.read(buffer); count >= 0; count = output.read(buffer)) {
        synchronized (screen) {
          screen.write(new String(buffer, 0, count));
        }
      }
    } catch (IOException | IllegalStateException e) {
      fault = e.toString();
    }
  }

  /** Types characters, as a terminal sends them for keys. */
  public void type(String keys) {
    try {
      keyboard.write(keys.getBytes(StandardCharsets.UTF_8));
      keyboard.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns all rows, with a bar for the cursor. */
  public List<String> lines() {
    synchronized (screen) {
      return screen.linesWithCursor();
    }
  }

  /** Returns the row of the cursor, with a bar for it. */
  public String line() {
    return lines().stream().filter(line -> line.contains("|")).findFirst().orElse("");
  }

  /** Waits until the rows fulfil a condition. */
  public void await(String what, Predicate<List<String>> condition) {
    try {
      Await.until(what, () -> !fault.isEmpty() || condition.test(lines()));
    } catch (AssertionError late) {
      throw new AssertionError(late.getMessage() + "\n" + String.join("\n", lines()), late);
    }
    if (!fault.isEmpty()) {
      throw new AssertionError(fault + "\n" + String.join("\n", lines()));
    }
  }

  /** Waits until the last rows are these; the one of the cursor has a bar. */
  public void awaitLast(String... rows) {
    List<String> expected = List.of(rows);
    await(
        "at the end " + expected,
        lines ->
            lines.size() >= expected.size()
                && lines.subList(lines.size() - expected.size(), lines.size()).equals(expected));
  }

  /** Waits until a row ends with a text. */
  public void awaitLine(String end) {
    await(end, lines -> lines.stream().anyMatch(line -> line.endsWith(end)));
  }

  /** Changes the width; the program receives SIGWINCH. */
  public void resize(int columns) {
    synchronized (screen) {
      screen.resize(columns);
    }
    shell("stty rows %d cols %d <\"$(cat tty)\"".formatted(height, columns));
  }

  /** Sends a signal such as {@code TERM} to the program. */
  public void send(String signal) {
    shell("kill -" + signal + " \"$(cat pid)\"");
  }

  /** Returns the modes of the terminal at the moment. */
  public String modes() {
    return shell("stty -g <\"$(cat tty)\"");
  }

  /** Returns the modes of the terminal before the program began. */
  public String modesBefore() {
    return file("before");
  }

  /** Waits until the program has ended, and returns its exit code. */
  public int awaitExit() {
    await("the end", lines -> exitCode(lines).isPresent());
    return exitCode(lines()).orElseThrow();
  }

  private static Optional<Integer> exitCode(List<String> lines) {
    return Optional.of(EXIT_CODE.matcher(String.join("\n", lines)))
        .filter(Matcher::find)
        .map(code -> Integer.parseInt(code.group(1)));
  }

  /** Returns the modes of the terminal after the program ended. */
  public String modesAfter() {
    return file("after");
  }

  /** Returns whether the terminal marks what is pasted. */
  public boolean isPasteBracketed() {
    synchronized (screen) {
      return screen.isPasteBracketed();
    }
  }

  /** Returns whether anything was in bold or in a colour. */
  public boolean wasStyled() {
    synchronized (screen) {
      return screen.wasStyled();
    }
  }

  /** Returns a file that the command wrote into its folder. */
  public String file(String name) {
    try {
      return Files.readString(folder.resolve(name)).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String shell(String command) {
    try {
      Process shell = new ProcessBuilder("sh", "-c", command).directory(folder.toFile()).start();
      String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (shell.waitFor() != 0) {
        throw new IOException(command + " failed");
      }
      return output.strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  @Override
  public void close() {
    script.descendants().forEach(ProcessHandle::destroyForcibly);
    script.destroyForcibly();
    try {
      boolean unused = script.waitFor(Await.DEADLINE.toSeconds(), TimeUnit.SECONDS);
      reader.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
