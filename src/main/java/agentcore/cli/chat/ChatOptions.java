package agentcore.cli.chat;

import agentcore.cli.common.Flags;
import agentcore.cli.common.UsageException;
import agentcore.core.message.Names;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the chat was called with.
 *
 * @param room to go into; without one, the default room
 * @param isJson whether the server's frames are printed as they are
 */
record ChatOptions(
    Address address, String user, Optional<String> room, Optional<String> token, boolean isJson) {
  static final String TOKEN_VARIABLE = "AGENTCORE_TOKEN";

  static final String HELP =
      """
      Chat in the terminal, or from a script.

        agentcore chat [--url URL] [--user NAME] [--room ROOM] [--token TOKEN] [--json]

        --url URL       the server [ws://127.0.0.1:8000]; /ws/{user} is added unless it has a path.
                        With wss:// its certificate must be trusted by Java
                        (JAVA_OPTS=-Djavax.net.ssl.trustStore=FILE for one of your own)
        --user NAME     who you are [your login name]
        --room ROOM     the room to go into [the server's default room]
        --token TOKEN   where the server wants one [AGENTCORE_TOKEN of the environment, which
                        other users of this machine do not see]
        --json          print every frame of the server as a line of JSON

      When the connection is lost it connects again and goes on where it was; a line that was not
      acknowledged is sent again, and stored once.

      In a pipe (echo hi | agentcore chat --user bot --room lobby) each line is sent, in order, the
      next when the one before was acknowledged; it ends with the input, or with the first line
      that cannot be done. The server's rate limit only slows it down. With --json it goes on after
      errors, and a line that begins with { is a request and sent as it is (with an id, if it has
      none). What others say is printed to the standard output, all else to the standard error.

      NO_COLOR in the environment turns bold names off.

      Exit codes: 0 done, 1 failed (all or a line of it), 2 called wrongly.

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
      throw new UsageException("the token holds what no token can");
    }
    return token;
  }

  Mode mode(boolean isConsole) {
    return isJson ? Mode.JSON : isConsole ? Mode.CONSOLE : Mode.PIPE;
  }

  /** Without the token. */
  @Override
  public String toString() {
    return user + " at " + address;
  }
}
