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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Prints a link that signs a user in to the chat page. */
final class InviteCommand {
  /** How long a link is valid by default. */
  static final Duration DEFAULT_TTL = Duration.ofDays(30);

  private static final String TTL = "--ttl";
  private static final String URL = "--url";
  private static final Pattern TTL_FORM = Pattern.compile("([0-9]{1,10})([smhd])");

  private final PrintStream out;
  private final PrintStream err;
  private final Map<String, String> environment;

  InviteCommand(PrintStream out, PrintStream err, Map<String, String> environment) {
    this.out = out;
    this.err = err;
    this.environment = environment;
  }

  int run(List<String> args) throws UsageException, ConfigException {
    Flags flags =
        Flags.parse(
            args,
            Set.of(
                TokenCommand.USER,
                TTL,
                URL,
                Arguments.CONFIG,
                Setting.HOST.flag(),
                Setting.PORT.flag(),
                Setting.AUTH_SECRET.flag(),
                Setting.AUTH_SECRET_FILE.flag()),
            Set.of());
    String user = TokenCommand.user(flags);
    Duration ttl = flags.get(TTL).isPresent() ? ttl(flags.get(TTL).get()) : DEFAULT_TTL;
    Config config = new Arguments(flags).loadWithSecret(environment);
    if (config.text(Setting.AUTH_SECRET).isEmpty()) {
      throw new UsageException(
          "there is no secret to sign a link with: start the server with serve --team, or set "
              + Setting.AUTH_SECRET);
    }
    String page = flags.get(URL).isPresent() ? page(flags.get(URL).get()) : page(config);
    out.println(link(config, page, user, ttl));
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

  private static Duration ttl(String text) throws UsageException {
    Matcher form = TTL_FORM.matcher(text);
    if (form.matches()) {
      long number = Long.parseLong(form.group(1));
      long seconds =
          number
              * switch (form.group(2)) {
                case "s" -> 1;
                case "m" -> 60;
                case "h" -> 3600;
                default -> 24 * 3600;
              };
      if (seconds >= 1 && seconds <= TokenCommand.MAX_TTL_SECONDS) {
        return Duration.ofSeconds(seconds);
      }
    }
    throw new UsageException(
        TTL + " must be a number with s, m, h or d, such as 30d, from 1s to 36500d");
  }
}
