package agentcore.cli.terminal;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A terminal with a line that the user edits below what is printed. Thread-safe: one thread reads
 * keys, and others print.
 *
 * <p>The mode of the terminal is restored by {@link #close}, and when the program ends in another
 * way, except by SIGKILL.
 */
public final class Terminal implements AutoCloseable {
  /** Handles what the user asks for, on the thread that reads keys. Must not block. */
  public interface Listener {
    /** The user entered a line. Returns false to leave it in the editor. */
    boolean entered(String line);

    /** The input has ended: Ctrl-D, or the terminal is gone. May be called again. */
    void ended();

    /** The user wants to end the program: Ctrl-C. */
    void interrupted();
  }

  private static final String PASTE_ON = "\u001b[?2004h";
  private static final String PASTE_OFF = "\u001b[?2004l";
  private static final String CLEAR = "\u001b[H\u001b[2J";
  private static final String BELL = "\u0007";
  private static final String NEW_LINE = "\r\n";

  private final PrintStream out;
  private final RawMode mode;
  private final String style;
  private final Listener listener;
  private final LineEditor editor;
  private final KeyDecoder decoder = new KeyDecoder();
  private final Screen screen;
  private final ReentrantLock lock = new ReentrantLock();
  private final StringBuilder written = new StringBuilder();
  private String prompt = "";
  private volatile boolean isOpen = true;

  private Terminal(
      PrintStream out, RawMode mode, String style, Completer completer, Listener listener) {
    this.out = out;
    this.mode = mode;
    this.style = style;
    this.editor = new LineEditor(completer);
    this.listener = listener;
    this.screen = new Screen(mode.size());
  }

  /**
   * Puts the terminal of the standard input into raw mode and reads its keys. Returns empty if that
   * is not possible.
   *
   * @param style a sequence before the prompt, such as for bold; empty for none
   */
  public static Optional<Terminal> open(
      InputStream in, PrintStream out, String style, Completer completer, Listener listener) {
    Optional<RawMode> mode = RawMode.find();
    if (mode.isEmpty()) {
      return Optional.empty();
    }
    Terminal terminal = new Terminal(out, mode.get(), style, completer, listener);
    Runtime.getRuntime().addShutdownHook(new Thread(terminal::close, "terminal"));
    return terminal.begin(in) ? Optional.of(terminal) : Optional.empty();
  }

  private boolean begin(InputStream in) {
    if (!mode.begin()) {
      isOpen = false;
      return false;
    }
    write(PASTE_ON);
    Signals.on("WINCH", this::refresh);
    Signals.on("CONT", this::refresh);
    Thread.ofPlatform().daemon().name("input").start(() -> read(in));
    return true;
  }

  /** Prints a line above the edited one. It must not contain control characters of others. */
  public void print(String line) {
    change(() -> write(line + NEW_LINE));
  }

  /** Sets the text before the edited line. */
  public void prompt(String newPrompt) {
    change(() -> prompt = newPrompt);
  }

  private void read(InputStream in) {
    Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8);
    char[] buffer = new char[1024];
    try {
      for (int count = reader.read(buffer); count >= 0; count = reader.read(buffer)) {
        String typed = new String(buffer, 0, count);
        change(() -> decoder.decode(typed).forEach(this::press));
      }
    } catch (IOException gone) {
      // treated as the end of the input
    } finally {
      listener.ended();
    }
  }

  private void press(Key.Press press) {
    String text = editor.line().text();
    if (editor.press(press)) {
      return;
    }
    switch (press.key()) {
      case ENTER -> enter(editor.line().text());
      case INTERRUPT -> {
        editor.discard();
        if (text.isEmpty()) {
          listener.interrupted();
        }
      }
      case DELETE_OR_END -> {
        if (text.isEmpty()) {
          listener.ended();
        }
      }
      case CLEAR -> write(CLEAR);
      case SUSPEND -> suspend();
      default -> write(BELL);
    }
  }

  private void enter(String text) {
    if (text.isBlank() || listener.entered(text)) {
      editor.entered();
    } else {
      write(BELL);
    }
  }

  /** Changes something while the edited line is not on the screen, and draws it again. */
  private void change(Runnable action) {
    lock.lock();
    try {
      write(isOpen ? screen.erase() : "");
      action.run();
      draw();
      flush();
    } finally {
      lock.unlock();
    }
  }

  private void draw() {
    if (isOpen && !prompt.isEmpty()) {
      String before = editor.label().isEmpty() ? prompt : editor.label();
      String shown = Columns.cut(before, screen.width() / 2);
      write(screen.erase());
      write(screen.draw(style, shown, editor.line().beforeCursor(), editor.line().afterCursor()));
    }
  }

  private void write(String sequence) {
    written.append(sequence);
  }

  /** Writes all at once, so that no half-drawn line is seen. */
  private void flush() {
    out.print(written);
    out.flush();
    written.setLength(0);
  }

  /** Takes over the mode and the size, after the job was continued or the window changed. */
  private void refresh() {
    lock.lock();
    try {
      if (isOpen && mode.begin()) {
        screen.resize(mode.size());
        change(() -> write(PASTE_ON));
      }
    } finally {
      lock.unlock();
    }
  }

  private void suspend() {
    write(PASTE_OFF);
    flush();
    mode.end();
    mode.stop();
    refresh();
  }

  /** Removes the edited line from the screen and restores the mode. Can be called again. */
  @Override
  public void close() {
    boolean isFree = lockSoon();
    try {
      if (isOpen) {
        isOpen = false;
        if (isFree) {
          write(screen.erase() + PASTE_OFF);
          flush();
        }
        mode.end();
      }
    } finally {
      if (isFree) {
        lock.unlock();
      }
    }
  }

  /** A thread that cannot write, because the terminal hangs, must not prevent the end. */
  private boolean lockSoon() {
    try {
      return lock.tryLock(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
