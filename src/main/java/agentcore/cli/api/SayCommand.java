package agentcore.cli.api;

import agentcore.cli.common.Flags;
import agentcore.cli.common.Printable;
import agentcore.cli.common.UsageException;
import agentcore.client.ChatEvent;
import agentcore.core.ConfigException;
import agentcore.example.ApiKeys;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Sends a message to a room or a user over the HTTP API: {@code agentcore say}. */
public final class SayCommand {
  /** What {@code agentcore say --help} prints. */
  public static final String HELP =
      """
      Send a message to a room or a user, over the HTTP API of a server.

        agentcore say --room ROOM [OPTIONS] [TEXT]
        agentcore say --user USER [OPTIONS] [TEXT]

        --room ROOM      the room; the default room exists always
        --user USER      the user, who receives a private message
        --as NAME        the name that is shown [the name of the key]
        --id ID          identifies the message, which is stored once [a random one]
        --retry SECONDS  how long to try if the server cannot be reached or its store does not
                         answer; 0 to try once [15]
      """
          + ApiAccess.HELP
          + """

      Without a TEXT, or if it is -, the text is read from standard input:

        make 2>&1 | tail -1 | agentcore say --room builds

      Several words are joined with spaces. Put -- before a text that begins with a dash.

      A message is stored once, however often it is sent. With an --id of your own, the command
      itself may be repeated, too.

      Exit codes: 0 sent, 1 not sent, or not known, 2 wrong usage or configuration.
      """;

  private static final String ROOM = "--room";
  private static final String USER = "--user";
  private static final String AS = "--as";
  private static final String ID = "--id";
  private static final String RETRY = "--retry";
  private static final String JSON = "--json";
  private static final String STANDARD_INPUT = "-";
  private static final String DEFAULT_RETRY = "15";
  private static final int FAILED = 1;

  /** The longest text that a server can be set to accept has a million characters. */
  private static final int MAX_TEXT_BYTES = 4_000_000;

  private final InputStream in;
  private final PrintStream out;
  private final PrintStream err;
  private final Map<String, String> environment;

  /** Creates the command; it prints UTF-8, whatever the encodings of the streams are. */
  public SayCommand(
      InputStream in, PrintStream out, PrintStream err, Map<String, String> environment) {
    this.in = in;
    this.out = new PrintStream(out, true, StandardCharsets.UTF_8);
    this.err = new PrintStream(err, true, StandardCharsets.UTF_8);
    this.environment = environment;
  }

  /**
   * Sends the message, and returns the program's exit code.
   *
   * @param isTerminal whether a person types the input
   * @throws UsageException if the arguments are wrong
   * @throws ConfigException if the settings are needed and wrong
   */
  public int run(List<String> args, boolean isTerminal) throws UsageException, ConfigException {
    Set<String> own = Set.of(ROOM, USER, AS, ID, RETRY);
    Flags flags = Flags.parseWithOperands(args, ApiAccess.with(own), Set.of(JSON));
    boolean isToRoom = flags.get(ROOM).isPresent();
    if (isToRoom == flags.get(USER).isPresent()) {
      throw new UsageException("either --room or --user is needed");
    }
    Duration patience = patience(flags);
    ApiAccess access = ApiAccess.of(flags, environment, ApiKeys.Scope.PUBLISH);
    if (flags.operands().isEmpty() && isTerminal) {
      throw new UsageException("the text is missing (- reads it from the terminal)");
    }
    try {
      JsonObject message = message(flags);
      String path =
          isToRoom
              ? "rooms/" + ApiClient.encode(flags.get(ROOM).orElseThrow()) + "/messages"
              : "users/" + ApiClient.encode(flags.get(USER).orElseThrow()) + "/messages";
      ChatEvent answer =
          new ApiClient(access)
              .send("POST", path, Optional.of(message), ApiClient.Repeat.ALWAYS, patience);
      if (flags.has(JSON)) {
        out.println(Printable.json(answer.json()));
      }
      return 0;
    } catch (ApiException | IOException e) {
      err.println("agentcore: " + e.getMessage());
    } catch (InterruptedException stop) {
      err.println("agentcore: interrupted");
    }
    return FAILED;
  }

  private static Duration patience(Flags flags) throws UsageException {
    String seconds = flags.get(RETRY).orElse(DEFAULT_RETRY);
    if (!seconds.matches("[0-9]{1,4}")) {
      throw new UsageException("--retry must be a whole number of seconds from 0 to 9999");
    }
    return Duration.ofSeconds(Long.parseLong(seconds));
  }

  private JsonObject message(Flags flags) throws IOException {
    JsonObject message = new JsonObject();
    message.addProperty("text", text(flags.operands()));
    flags.get(AS).ifPresent(name -> message.addProperty("as", name));
    message.addProperty("id", flags.get(ID).orElseGet(() -> UUID.randomUUID().toString()));
    return message;
  }

  private String text(List<String> operands) throws IOException {
    if (!operands.isEmpty() && !operands.equals(List.of(STANDARD_INPUT))) {
      return String.join(" ", operands);
    }
    byte[] bytes = in.readNBytes(MAX_TEXT_BYTES + 1);
    if (bytes.length > MAX_TEXT_BYTES) {
      throw new IOException("the text is longer than " + MAX_TEXT_BYTES + " bytes");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
