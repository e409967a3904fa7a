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

        agentcore chat [--link LINK] [--room ROOM] [--json]
        agentcore chat [--url URL] [--user NAME] [--token TOKEN] [--room ROOM] [--json]

        --link LINK     the link that you were given, http://HOST:8000/#token=...: the server, your
                        name and your token. Quote it
        --url URL       the server [ws://127.0.0.1:8000], or the address of its chat page;
                        /ws/{user} is appended if there is no path. With wss:// or https:// Java
                        must trust its certificate (JAVA_OPTS=-Djavax.net.ssl.trustStore=FILE for
                        your own)
        --user NAME     your name [that of the token, or your login name]
        --room ROOM     the room to join [the server's default room]
        --token TOKEN   if the server requires one [AGENTCORE_TOKEN of the environment, a token
                        or a link, which other users of this machine cannot see there]
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
  private static final String LINK = "--link";
  private static final Set<String> WITH_VALUE =
      Set.of(LINK, "--url", "--user", "--room", "--token");
  private static final String JSON = "--json";

  static ChatOptions parse(List<String> args, Map<String, String> environment, String login)
      throws UsageException {
    Flags given = Flags.parse(args, WITH_VALUE, Set.of(JSON));
    Optional<InvitationLink> link = link(given, environment);
    Optional<String> token =
        link.isPresent() ? link.map(InvitationLink::token) : token(given, environment);
    if (token.isPresent() && !token.get().matches("[!-~]+")) {
      throw new UsageException("the token contains invalid characters");
    }
    String user =
        Names.trim(
            given.get("--user").or(() -> token.flatMap(InvitationLink::userOf)).orElse(login));
    Optional<String> fault = Names.userFault(user);
    if (fault.isPresent()) {
      throw new UsageException("--user: " + fault.get());
    }
    Optional<String> room = given.get("--room").map(Names::trim);
    if (room.isPresent() && room.get().isEmpty()) {
      throw new UsageException("--room must not be empty");
    }
    return new ChatOptions(
        Address.parse(
            given.get("--url").or(() -> link.map(InvitationLink::page)).orElse(DEFAULT_URL)),
        user,
        room,
        token,
        given.has(JSON));
  }

  /** Returns the link of a flag, also of one that is for a part of it, or of the environment. */
  private static Optional<InvitationLink> link(Flags given, Map<String, String> environment)
      throws UsageException {
    Optional<String> link = given.get(LINK);
    if (link.isPresent() && link.flatMap(InvitationLink::parse).isEmpty()) {
      throw new UsageException(LINK + " must be a link such as 'http://HOST:8000/#token=...'");
    }
    return link.flatMap(InvitationLink::parse)
        .or(() -> given.get("--url").flatMap(InvitationLink::parse))
        .or(() -> token(given, environment).flatMap(InvitationLink::parse));
  }

  private static Optional<String> token(Flags given, Map<String, String> environment) {
    return given
        .get("--token")
        .or(() -> Optional.ofNullable(environment.get(TOKEN_VARIABLE)))
        .map(String::strip)
        .filter(text -> !text.isEmpty());
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
