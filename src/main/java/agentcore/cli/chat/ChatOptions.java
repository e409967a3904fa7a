package agentcore.cli.chat;

import agentcore.core.message.Names;
import java.util.HashMap;
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
      throws BadOptionException {
    Map<String, String> given = read(args);
    String user = Names.trim(given.getOrDefault("--user", login));
    Optional<String> fault = Names.userFault(user);
    if (fault.isPresent()) {
      throw new BadOptionException("--user: " + fault.get());
    }
    Optional<String> room = Optional.ofNullable(given.get("--room")).map(Names::trim);
    if (room.isPresent() && room.get().isEmpty()) {
      throw new BadOptionException("--room must not be empty");
    }
    return new ChatOptions(
        Address.parse(given.getOrDefault("--url", DEFAULT_URL)),
        user,
        room,
        token(given, environment),
        given.containsKey(JSON));
  }

  private static Map<String, String> read(List<String> args) throws BadOptionException {
    Map<String, String> given = new HashMap<>();
    for (int i = 0; i < args.size(); i++) {
      String arg = args.get(i);
      int equals = arg.indexOf('=');
      String flag = equals < 0 ? arg : arg.substring(0, equals);
      if (arg.equals(JSON)) {
        given.put(JSON, "");
      } else if (!WITH_VALUE.contains(flag)) {
        throw new BadOptionException("no such flag: " + flag);
      } else if (equals < 0 && i + 1 == args.size()) {
        throw new BadOptionException("a value is missing behind " + flag);
      } else {
        given.put(flag, equals < 0 ? args.get(++i) : arg.substring(equals + 1));
      }
    }
    return given;
  }

  private static Optional<String> token(Map<String, String> given, Map<String, String> environment)
      throws BadOptionException {
    Optional<String> token =
        Optional.ofNullable(given.get("--token"))
            .or(() -> Optional.ofNullable(environment.get(TOKEN_VARIABLE)))
            .map(String::strip)
            .filter(text -> !text.isEmpty());
    if (token.isPresent() && !token.get().matches("[!-~]+")) {
      throw new BadOptionException("the token holds what no token can");
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
