package agentcore.cli;

import agentcore.cli.common.Arguments;
import agentcore.cli.common.Flags;
import agentcore.cli.common.UsageException;
import agentcore.core.Config;
import agentcore.core.ConfigException;
import agentcore.core.Setting;
import agentcore.core.auth.JsonWebTokens;
import agentcore.core.auth.SigningKeys;
import agentcore.core.message.Names;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Prints a token for a user, signed with the first secret in AUTH_SECRET. */
final class TokenCommand {
  static final String USER = "--user";
  private static final String CLAIMS = "--claims";
  private static final Duration DEFAULT_TTL = Duration.ofHours(1);

  private final PrintStream out;
  private final Map<String, String> environment;

  TokenCommand(PrintStream out, Map<String, String> environment) {
    this.out = out;
    this.environment = environment;
  }

  int run(List<String> args) throws UsageException, ConfigException {
    Flags flags =
        Flags.parse(
            args,
            Set.of(
                USER,
                Ttl.FLAG,
                CLAIMS,
                Arguments.CONFIG,
                Setting.AUTH_SECRET.flag(),
                Setting.AUTH_SECRET_FILE.flag()),
            Set.of());
    String user = user(flags);
    Duration ttl = Ttl.of(flags, DEFAULT_TTL);
    Config config = new Arguments(flags).loadWithSecret(environment);
    String secrets = config.text(Setting.AUTH_SECRET);
    if (secrets.isEmpty()) {
      throw new UsageException(Setting.AUTH_SECRET + " is not set, so no token is needed");
    }
    JsonWebTokens tokens = new JsonWebTokens(SigningKeys.parse(secrets), Clock.systemUTC());
    try {
      out.println(tokens.sign(user, ttl, flags.get(CLAIMS).orElse("{}")));
    } catch (IllegalArgumentException malformed) {
      throw new UsageException(CLAIMS + ": " + malformed.getMessage());
    }
    return Cli.OK;
  }

  /** Returns the user id that a command line names. */
  static String user(Flags flags) throws UsageException {
    String user =
        flags
            .get(USER)
            .map(Names::trim)
            .orElseThrow(() -> new UsageException(USER + " is missing"));
    Optional<String> fault = Names.userFault(user);
    if (fault.isPresent()) {
      throw new UsageException(USER + ": " + fault.get());
    }
    return user;
  }
}
