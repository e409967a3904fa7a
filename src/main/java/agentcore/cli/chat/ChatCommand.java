package agentcore.cli.chat;

import agentcore.cli.common.UsageException;
import agentcore.cli.terminal.Terminal;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Chats with a server: {@code agentcore chat}. */
public final class ChatCommand {
  private static final int OK = 0;
  private static final int USAGE = 2;

  /** Well below the time for which servers remember a message's id (IDEMPOTENCY_TTL). */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final String PROMPT_STYLE = "\u001b[1m";

  private final InputStream in;
  private final PrintStream out;
  private final PrintStream err;
  private final Map<String, String> environment;

  /** Creates the command; it reads and prints UTF-8, whatever the streams' encodings are. */
  public ChatCommand(
      InputStream in, PrintStream out, PrintStream err, Map<String, String> environment) {
    this.in = in;
    this.out = new PrintStream(out, true, StandardCharsets.UTF_8);
    this.err = new PrintStream(err, true, StandardCharsets.UTF_8);
    this.environment = Map.copyOf(environment);
  }

  /**
   * Runs the chat until it ends, and returns the program's exit code.
   *
   * @param isConsole whether input and output are a terminal
   */
  public int run(List<String> args, boolean isConsole) {
    if (args.contains("--help")) {
      out.print(ChatOptions.HELP);
      out.print(Command.HELP);
      return OK;
    }
    try {
      String login = System.getProperty("user.name", "");
      return chat(ChatOptions.parse(args, environment, login), isConsole);
    } catch (UsageException e) {
      err.println("agentcore chat: " + e.getMessage() + " (see agentcore chat --help)");
      return USAGE;
    } catch (InterruptedException stop) {
      return OK;
    }
  }

  private int chat(ChatOptions options, boolean isConsole) throws InterruptedException {
    ChatOptions.Mode mode = options.mode(isConsole);
    BlockingQueue<Client.Event> events = new LinkedBlockingQueue<>();
    if (mode == ChatOptions.Mode.CONSOLE && isAnsi()) {
      ChatCompleter completer = new ChatCompleter(options.user());
      TypedLines lines = new TypedLines(events);
      String style = isColoured() ? PROMPT_STYLE : "";
      Optional<Terminal> terminal = Terminal.open(in, out, style, completer, lines);
      if (terminal.isPresent()) {
        try (Terminal open = terminal.get()) {
          Output output = new TerminalOutput(open, completer, isColoured());
          return chat(options, mode, output, events, lines::lineHandled);
        }
      }
    }
    Output output =
        mode == ChatOptions.Mode.CONSOLE
            ? new ConsoleOutput(out, isConsole && isAnsi())
            : new PipeOutput(out, err, mode == ChatOptions.Mode.JSON);
    InputReader input = new InputReader(in, events);
    input.start();
    return chat(options, mode, output, events, input::lineHandled);
  }

  private int chat(
      ChatOptions options,
      ChatOptions.Mode mode,
      Output output,
      BlockingQueue<Client.Event> events,
      Runnable onLineHandled)
      throws InterruptedException {
    boolean isColoured = mode == ChatOptions.Mode.CONSOLE && isColoured();
    EventFormatter formatter = new EventFormatter(isColoured, ZoneId.systemDefault());
    Conversation conversation =
        new Conversation(
            options, mode, output, formatter, new RequestQueue(PATIENCE), onLineHandled);
    return new Client(options, mode, conversation, events, PATIENCE).run();
  }

  private boolean isAnsi() {
    return !environment.getOrDefault("TERM", "dumb").equals("dumb");
  }

  private boolean isColoured() {
    return isAnsi() && environment.getOrDefault("NO_COLOR", "").isEmpty();
  }
}
