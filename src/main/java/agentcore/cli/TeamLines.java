package agentcore.cli;

import agentcore.cli.common.Team;
import agentcore.core.Config;
import agentcore.core.Setting;
import agentcore.core.message.Names;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code serve --team} prints when it listens: the secret file, links, and what TLS is for.
 */
final class TeamLines {
  private TeamLines() {}

  /** Returns the lines of the first start, with a link for the user who started the server. */
  static List<String> first(Config config, int port) {
    String page = PageAddress.of(config, port);
    String login = System.getProperty("user.name", "");
    String user = Names.userFault(login).isEmpty() ? login : "first";
    List<String> lines = new ArrayList<>();
    lines.add("Enter as " + user + " with this link, which is printed only once:");
    lines.add("  " + InviteCommand.link(config, page, user, InviteCommand.DEFAULT_TTL));
    lines.addAll(later(config, port));
    lines.add(
        "Created the secret that signs links: "
            + config.text(Setting.AUTH_SECRET_FILE)
            + " (mode 600)");
    return lines;
  }

  /** Returns the lines of the other starts. */
  static List<String> later(Config config, int port) {
    String page = PageAddress.of(config, port);
    List<String> lines = new ArrayList<>();
    lines.add(
        "Let others in, or get another link for yourself: bin/agentcore invite --user NAME"
            + (isFound(config) ? "" : " --url " + page));
    if (PageAddress.isLocal(config)) {
      lines.add("Only this machine can connect: " + config.describe(Setting.HOST));
    } else if (config.text(Setting.TLS_KEYSTORE).isEmpty()) {
      lines.add(
          "Without TLS, others in the network can read links, tokens and messages: see \"Let your team"
              + " in\" in README.md");
    }
    return lines;
  }

  /** Returns whether invite finds the address without a flag: if it is the default one. */
  private static boolean isFound(Config config) {
    return config.source(Setting.HOST).equals(Team.FLAG)
        && config.text(Setting.TLS_KEYSTORE).isEmpty()
        && config.text(Setting.PORT).equals(Setting.PORT.defaultValue())
        && config.source(Setting.AUTH_SECRET_FILE).equals(Team.FLAG);
  }
}
