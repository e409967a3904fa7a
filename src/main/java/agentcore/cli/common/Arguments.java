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

/** The flags of a command that reads settings: {@code --config FILE}, and flags of settings. */
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
    return new Arguments(Flags.parse(args, known, Set.of()));
  }

  /**
   * Returns the settings from the file, the environment and these flags.
   *
   * @throws ConfigException if some are wrong
   */
  public Config load(Map<String, String> environment) throws ConfigException {
    return Config.load(ChatSetting.all(), file(), environment, settings());
  }

  /** Returns the settings as {@link #load} does, even if some are wrong, and what is wrong. */
  public Config.Inspection inspect(Map<String, String> environment) {
    return Config.inspect(ChatSetting.all(), file(), environment, settings());
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
