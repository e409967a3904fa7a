package agentcore.cli.chat;

import agentcore.cli.common.Flags;
import agentcore.cli.common.UsageException;
import agentcore.core.message.Names;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The options of the chat.
 *
 * @param room to join; without one, the default room
 * @param isJson whether to print the server's frames as JSON
 */
record ChatOptions(
    Address address, String user, Optional<String> room, Optional<String> token, boolean isJson) {
  /** Who reads the output and writes the input. */
  enum Mode {
    /** A person at a terminal. */
    CONSOLE,
    /** A script that sends lines; the first failure ends it. */
    PIPE,
    /** A script that reads the server's frames, and can handle failures itself. */
    JSON
  }

  static final String TOKEN_VARIABLE = "AGENTCORE_TOKEN";

  static final String HELP =
      """
      Chat in the terminal, or from a script.

        agentcore chat [--url URL] [--user NAME] [--room ROOM] [--token TOKEN] [--json]

        --url URL       the server [ws://127.0.0.1:8000]; /ws/{user} is appended if there is no
                        path. With wss:// Java must trust its certificate
                        (JAVA_OPTS=-Djavax.net.ssl.trustStore=FILE for your own)
        --user NAME     your name [your login name]
        --room ROOM     the room to join [the server's default room]
        --token TOKEN   if the server requires one [AGENTCORE_TOKEN of the environment, which
                        other users of this machine cannot see]
        --json          print every frame of the server as a line of JSON

      At a terminal you are in your rooms: those that you joined on any device and have not left. The
      chat says what you have not read, and marks what it prints as read. A script is only in the
      room of the command line and those that it joins, and marks nothing.

      The line that you type stays below what arrives. For this the terminal must be able to move its
      cursor (TERM is set, and not dumb), and stty must be installed. Otherwise the terminal edits the
      line itself.

      If the connection is lost, the chat reconnects and continues where it was. A line that was not
      acknowledged is sent again, and stored once.

      In a pipe (echo hi | agentcore chat --user bot --room lobby) the lines are sent in order, each
      after the previous one was acknowledged. The chat ends with the input, or with the first line
      that fails. The server's rate limit only slows it down. With --json it continues after errors,
      and a line that begins with { is sent as a request, with an id added if it has none. A request
      that fails without an answer of the server is answered with an error by the chat itself.
      Messages of others are printed to standard output, everything else to standard error.

      NO_COLOR in the environment turns off colours and bold text.

      Exit codes: 0 done, 1 failed (completely, or one line), 2 wrong usage.

      """;

  private static final String DEFAULT_URL = "ws://127.0.0.1:8000";
  private static final Set<String> WITH_VALUE = Set.of("--url", "--user", "--room", "--token");
  private static final String JSON = "--json";

  static ChatOptions parse(List<String> args, Map<String, String> environment, String login)
      throws UsageException {
    Flags given = Flags.parse(args, WITH_VALUE, Set.of(JSON));
    String user = Names.trim(given.get("--user").orElse(login));
    Optional<String> fault = Names.userFault(user);
    if (fault.isPresent()) {
      throw new UsageException("--user: " + fault.get());
    }
    Optional<String> room = given.get("--room").map(Names::trim);
    if (room.isPresent() && room.get().isEmpty()) {
      throw new UsageException("--room must not be empty");
    }
    return new ChatOptions(
        Address.parse(given.get("--url").orElse(DEFAULT_URL)),
        user,
        room,
        token(given, environment),
        given.has(JSON));
  }

  private static Optional<String> token(Flags given, Map<String, String> environment)
      throws UsageException {
    Optional<String> token =
        given
            .get("--token")
            .or(() -> Optional.ofNullable(environment.get(TOKEN_VARIABLE)))
            .map(String::strip)
            .filter(text -> !text.isEmpty());
    if (token.isPresent() && !token.get().matches("[!-~]+")) {
      throw new UsageException("the token contains invalid characters");
    }
    return token;
  }

  Mode mode(boolean isConsole) {
    return isJson ? Mode.JSON : isConsole ? Mode.CONSOLE : Mode.PIPE;
  }

  /** Omits the token. */
  @Override
  public String toString() {
    return user + " at " + address;
  }
}
