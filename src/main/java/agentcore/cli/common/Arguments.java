package agentcore.cli.common;

import agentcore.core.Config;
import agentcore.core.ConfigException;
import agentcore.core.Setting;
import agentcore.example.ChatSetting;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The flags of a command that reads settings: {@code --config FILE}, flags of settings, and for a
 * command that accepts all of them {@code --team}.
 */
public record Arguments(Flags flags) {
  /** Names the settings file. */
  public static final String CONFIG = "--config";

  /**
   * Parses the arguments of a command that accepts a flag for every setting.
   *
   * @throws UsageException if a flag is unknown, or its value is missing
   */
  public static Arguments ofAllSettings(List<String> args) throws UsageException {
    Set<String> known = new HashSet<>();
    known.add(CONFIG);
    for (Setting setting : ChatSetting.all()) {
      known.add(setting.flag());
    }
    return new Arguments(Flags.parse(args, known, Set.of(Team.FLAG)));
  }

  /**
   * Returns the settings from the file, the environment and these flags.
   *
   * @throws ConfigException if some are wrong
   */
  public Config load(Map<String, String> environment) throws ConfigException {
    return valid(inspect(environment));
  }

  /**
   * Returns the settings as {@link #load} does. If they have no secret, but a server was started
   * with {@code --team} before, returns those of that server.
   *
   * @throws ConfigException if some are wrong
   */
  public Config loadWithSecret(Map<String, String> environment) throws ConfigException {
    Config config = load(environment);
    if (!config.text(Setting.AUTH_SECRET).isEmpty()) {
      return config;
    }
    Config team = valid(Team.apply(inspect(environment), environment));
    return team.text(Setting.AUTH_SECRET).isEmpty() ? config : team;
  }

  /** Returns the settings as {@link #load} does, even if some are wrong, and what is wrong. */
  public Config.Inspection inspect(Map<String, String> environment) {
    Config.Inspection seen = Config.inspect(ChatSetting.all(), file(), environment, settings());
    return isTeam() ? Team.apply(seen, environment) : seen;
  }

  private static Config valid(Config.Inspection seen) throws ConfigException {
    if (!seen.problems().isEmpty()) {
      throw new ConfigException(seen.problems());
    }
    return seen.config();
  }

  /** Returns whether the server is that of a team. */
  public boolean isTeam() {
    return flags.has(Team.FLAG);
  }

  /** Returns the file that --config names, else the installation's, if there is one. */
  public Optional<Path> file() {
    return flags.get(CONFIG).map(Path::of).or(Arguments::defaultFile);
  }

  /** A dangling link counts as a file, because running without its settings might be insecure. */
  private static Optional<Path> defaultFile() {
    return Optional.ofNullable(System.getProperty("agentcore.home"))
        .map(home -> Path.of(home, "config.properties"))
        .filter(file -> !Files.notExists(file, LinkOption.NOFOLLOW_LINKS));
  }

  private Map<Setting, String> settings() {
    Map<Setting, String> settings = new LinkedHashMap<>();
    for (Setting setting : ChatSetting.all()) {
      flags.get(setting.flag()).ifPresent(value -> settings.put(setting, value));
    }
    return settings;
  }
}
