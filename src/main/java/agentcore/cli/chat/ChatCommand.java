package agentcore.cli.chat;

import agentcore.cli.chat.command.ChatCompleter;
import agentcore.cli.chat.command.Command;
import agentcore.cli.common.UsageException;
import agentcore.cli.terminal.Terminal;
import agentcore.client.ChatClient;
import agentcore.client.ChatClientBuilder;
import agentcore.client.ChatException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;

/** Chats with a server: {@code agentcore chat}. */
public final class ChatCommand {
  private static final int OK = 0;
  private static final int USAGE = 2;

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

  private int chat(ChatOptions options, boolean isConsole)
      throws UsageException, InterruptedException {
    ChatOptions.Mode mode = options.mode(isConsole);
    ChatClient client = client(options, mode);
    if (mode == ChatOptions.Mode.CONSOLE && isAnsi()) {
      ChatCompleter completer = new ChatCompleter(options.user());
      TypedLines lines = new TypedLines(client);
      String style = isColoured() ? PROMPT_STYLE : "";
      Optional<Terminal> terminal = Terminal.open(in, out, style, completer, lines);
      if (terminal.isPresent()) {
        try (Terminal open = terminal.get()) {
          Output output = new TerminalOutput(open, completer, isColoured());
          EventFormatter formatter = formatter(client, isColoured());
          Conversation conversation =
              new Conversation(options, mode, client, output, formatter, lines::lineHandled);
          lines.to(conversation);
          return run(client, conversation);
        }
      }
    }
    Output output =
        mode == ChatOptions.Mode.CONSOLE
            ? new ConsoleOutput(out, isConsole && isAnsi())
            : new PipeOutput(out, err, mode == ChatOptions.Mode.JSON);
    EventFormatter formatter = formatter(client, mode == ChatOptions.Mode.CONSOLE && isColoured());
    InputReader input = new InputReader(in, client);
    Conversation conversation =
        new Conversation(options, mode, client, output, formatter, input::lineHandled);
    input.start(conversation);
    return run(client, conversation);
  }

  private static ChatClient client(ChatOptions options, ChatOptions.Mode mode)
      throws UsageException {
    try {
      ChatClientBuilder builder =
          ChatClient.builder(options.address().base(), options.user())
              .endpoint(options.address().endpoint())
              .followsUser(mode == ChatOptions.Mode.CONSOLE)
              .endsIfUnreachable();
      options.token().ifPresent(builder::token);
      return builder.build();
    } catch (ChatException invalid) {
      throw new UsageException("--user: " + invalid.getMessage());
    }
  }

  private static EventFormatter formatter(ChatClient client, boolean isColoured) {
    return new EventFormatter(isColoured, ZoneId.systemDefault(), client::unread);
  }

  /** Runs a conversation until its end, and closes the connection. */
  private static int run(ChatClient client, Conversation conversation) throws InterruptedException {
    try (client) {
      client.execute(conversation::start);
      return conversation.exitCode().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean isAnsi() {
    return !environment.getOrDefault("TERM", "dumb").equals("dumb");
  }

  private boolean isColoured() {
    return isAnsi() && environment.getOrDefault("NO_COLOR", "").isEmpty();
  }
}
