package agentcore.cli.chat;

import agentcore.cli.common.UsageException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Chats with a server: {@code agentcore chat}. */
public final class ChatCommand {
  private static final int OK = 0;
  private static final int USAGE = 2;

  /** Well below the time for which servers remember a message's id (IDEMPOTENCY_TTL). */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

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
    boolean isAnsi = isConsole && !environment.getOrDefault("TERM", "dumb").equals("dumb");
    boolean isBold =
        mode == ChatOptions.Mode.CONSOLE
            && isAnsi
            && environment.getOrDefault("NO_COLOR", "").isEmpty();
    Output output =
        mode == ChatOptions.Mode.CONSOLE
            ? new ConsoleOutput(out, isAnsi)
            : new PipeOutput(out, err, mode == ChatOptions.Mode.JSON);
    BlockingQueue<Client.Event> events = new LinkedBlockingQueue<>();
    InputReader input = new InputReader(in, events);
    EventFormatter formatter = new EventFormatter(isBold, ZoneId.systemDefault());
    Conversation conversation =
        new Conversation(
            options, mode, output, formatter, new RequestQueue(PATIENCE), input::lineHandled);
    input.start();
    return new Client(options, mode, conversation, events, PATIENCE).run();
  }
}
