package agentcore.cli;

import agentcore.cli.api.AdminCommand;
import agentcore.cli.api.SayCommand;
import agentcore.cli.common.Team;
import agentcore.cli.common.UsageException;
import agentcore.core.Setting;
import agentcore.example.ChatSetting;
import java.io.PrintStream;
import java.util.Locale;

/** The help texts: of the program, and of each command that has none of its own. */
final class Help {
  private static final String PROGRAM =
      """
      AgentCore, a WebSocket chat server.

        agentcore [serve] [OPTIONS]          run the server
        agentcore serve --team [OPTIONS]     run it for a team: open to the network, with a secret
        agentcore invite --user USER         print a link that signs a user in to the chat page
        agentcore check [OPTIONS]            print the settings of the server and their problems
        agentcore token --user USER          print a token for a user
        agentcore chat [OPTIONS]             chat in the terminal, or from a script
        agentcore say --room ROOM [TEXT]     send one message, over the HTTP API
        agentcore admin COMMAND              list and manage rooms and users, over the HTTP API
        agentcore bench [OPTIONS]            measure a server
        agentcore help [COMMAND]             print this help, or that of a command
        agentcore version                    print the version

      agentcore COMMAND --help describes a command and its flags. The settings of the server are the
      flags of serve.

      Exit codes: 0 success, 1 failure, 2 wrong usage or configuration.
      """;

  private static final String SOURCES =
      """
      Settings come from config.properties (or FILE), the environment, and flags; later ones
      override earlier ones. In the file and the environment, --port is called PORT. There,
      white space and # after a value begin a comment, except in secrets, passwords, URLs,
      origins, file names and room names.
      """;

  private static final String SERVE =
      """
      Run the server.

        agentcore [serve] [--team] [--config FILE] [--SETTING VALUE ...]

      With --team, HOST is 0.0.0.0 unless it is set. Unless AUTH_SECRET is set, the secret is in the
      file AUTH_SECRET_FILE, by default $XDG_STATE_HOME/agentcore/secret, where XDG_STATE_HOME is
      ~/.local/state if it is not set. The first start creates the file, readable by you alone, and
      prints a link for you; agentcore invite prints links for others.

      """
          + SOURCES;

  private static final String CHECK =
      """
      Print the settings of the server, the source of each, and errors and warnings about them.

        agentcore check [--team] [--config FILE] [--SETTING VALUE ...]

      The flags are those of agentcore serve; pass those that the server gets. The exit code is 1 if
      there is an error.

      """
          + SOURCES;

  private static final String INVITE =
      """
      Print a link that signs a user in to the chat page. Anyone who has the link is that user until
      it ends. Links are signed as by agentcore token; without AUTH_SECRET and AUTH_SECRET_FILE, with
      the secret that agentcore serve --team created.

        agentcore invite --user USER [OPTIONS]

        --user USER              the user id
        --ttl TIME               how long the link is valid: a number with s, m, h or d, or seconds
                                 [30d]
        --url URL                the address of the page, such as https://chat.example.com
                                 [as HOST, PORT and TLS_KEYSTORE say]
        --config FILE            the settings of the server [config.properties]
        --host HOST              HOST of the server
        --port PORT              PORT of the server
        --auth-secret-file FILE  AUTH_SECRET_FILE of the server
        --auth-secret SECRETS    AUTH_SECRET of the server. All users of the machine can see a flag,
                                 for example with ps.

      Exit codes: 0 printed, 2 wrong usage or configuration.
      """;

  private static final String TOKEN =
      """
      Print a token for a user, signed with the first secret in AUTH_SECRET.

        agentcore token --user USER [OPTIONS]

        --user USER            the user id
        --ttl TIME             how long the token is valid: seconds, or a number with s, m, h or d
                               [1h]
        --claims JSON          an object with further claims, such as {"team":"red"}
        --config FILE          the settings of the server [config.properties]
        --auth-secret-file FILE
                               AUTH_SECRET_FILE, a file with AUTH_SECRET [that of serve --team]
        --auth-secret SECRETS  AUTH_SECRET, which otherwise comes from the environment or the file.
                               All users of the machine can see a flag, for example with ps.

      Exit codes: 0 printed, 2 wrong usage or configuration.
      """;

  private Help() {}

  /** Prints the help of the program. */
  static int ofProgram(PrintStream out) {
    out.print(PROGRAM);
    return Cli.OK;
  }

  /** Prints the help of a command. */
  static int of(String command, PrintStream out) throws UsageException {
    switch (command) {
      case "serve" -> printSettings(SERVE, out);
      case "check" -> printSettings(CHECK, out);
      case "invite" -> out.print(INVITE);
      case "token" -> out.print(TOKEN);
      case "say" -> out.print(SayCommand.HELP);
      case "admin" -> out.print(AdminCommand.HELP);
      case "help", "version" -> out.print(PROGRAM);
      default -> throw new UsageException("unknown command: " + command);
    }
    return Cli.OK;
  }

  private static void printSettings(String text, PrintStream out) {
    out.println(text);
    out.printf(Locale.ROOT, "  %-29s %s%n", "--config FILE", "the settings file");
    out.printf(Locale.ROOT, "  %-29s %s%n", Team.FLAG, "an open HOST, and a secret in a file");
    for (Setting setting : ChatSetting.all()) {
      String defaultValue =
          setting.defaultValue().isEmpty() ? "" : " [" + setting.defaultValue() + "]";
      out.printf(
          Locale.ROOT, "  %-29s %s%s%n", setting.flag(), setting.description(), defaultValue);
    }
    out.println();
    out.println("Exit codes: 0 success, 1 failure, 2 wrong usage or configuration.");
  }
}
