package agentcore.cli;

import agentcore.cli.common.Arguments;
import agentcore.cli.common.Flags;
import agentcore.cli.common.UsageException;
import agentcore.core.Config;
import agentcore.core.ConfigException;
import agentcore.core.Setting;
import agentcore.core.auth.JsonWebTokens;
import agentcore.core.auth.SigningKeys;
import java.io.PrintStream;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Prints a link that signs a user in to the chat page. */
final class InviteCommand {
  /** How long a link is valid by default. */
  static final Duration DEFAULT_TTL = Duration.ofDays(30);

  private static final String URL = "--url";
  private static final DateTimeFormatter END =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);

  private final PrintStream out;
  private final PrintStream err;
  private final Map<String, String> environment;
  private final boolean isTerminal;

  /** Creates the command; at a terminal it also says when the link ends. */
  InviteCommand(
      PrintStream out, PrintStream err, Map<String, String> environment, boolean isTerminal) {
    this.out = out;
    this.err = err;
    this.environment = environment;
    this.isTerminal = isTerminal;
  }

  int run(List<String> args) throws UsageException, ConfigException {
    Flags flags =
        Flags.parse(
            args,
            Set.of(
                TokenCommand.USER,
                Ttl.FLAG,
                URL,
                Arguments.CONFIG,
                Setting.HOST.flag(),
                Setting.PORT.flag(),
                Setting.AUTH_SECRET.flag(),
                Setting.AUTH_SECRET_FILE.flag()),
            Set.of());
    String user = TokenCommand.user(flags);
    Duration ttl = Ttl.of(flags, DEFAULT_TTL);
    Config config = new Arguments(flags).loadWithSecret(environment);
    if (config.text(Setting.AUTH_SECRET).isEmpty()) {
      throw new UsageException(
          "there is no secret to sign a link with: start the server with serve --team, or set "
              + Setting.AUTH_SECRET);
    }
    String page = flags.get(URL).isPresent() ? page(flags.get(URL).get()) : page(config);
    out.println(link(config, page, user, ttl));
    if (isTerminal) {
      err.println(
          "Valid until "
              + END.format(ZonedDateTime.now(ZoneId.systemDefault()).plus(ttl))
              + " for "
              + user);
    }
    return Cli.OK;
  }

  /**
   * Returns a link. The token is in the fragment, which browsers do not send to the server (RFC
   * 3986 section 3.5).
   */
  static String link(Config config, String page, String user, Duration ttl) {
    SigningKeys keys = SigningKeys.parse(config.text(Setting.AUTH_SECRET));
    String token = new JsonWebTokens(keys, Clock.systemUTC()).sign(user, ttl);
    return page + "/#token=" + token;
  }

  private String page(Config config) throws UsageException {
    if (config.integer(Setting.PORT) == 0) {
      throw new UsageException("PORT is 0, so the address is not known: give " + URL);
    }
    if (PageAddress.isLocal(config)) {
      err.println(
          "agentcore: HOST="
              + config.text(Setting.HOST)
              + ", so this link works on this machine only; give the address with "
              + URL);
    }
    return PageAddress.of(config, config.integer(Setting.PORT));
  }

  private static String page(String url) throws UsageException {
    try {
      URI uri = new URI(url.strip());
      String scheme = String.valueOf(uri.getScheme());
      boolean isAddress = scheme.equals("http") || scheme.equals("https");
      if (isAddress
          && uri.getRawAuthority() != null
          && uri.getRawUserInfo() == null
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null) {
        return uri.toString().replaceFirst("/+$", "");
      }
    } catch (URISyntaxException malformed) {
      // reported below, like a URL of another kind
    }
    throw new UsageException(
        URL + " must be the address of the page, http://... or https://..., without ? and #");
  }
}
