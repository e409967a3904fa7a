package agentcore.cli;

import agentcore.cli.common.Flags;
import agentcore.cli.common.UsageException;
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
 * The flags of a command that reads settings: {@code --config FILE}, one flag per setting, and the
 * command's own flags.
 */
record Arguments(Flags flags) {
  private static final String CONFIG = "--config";

  static Arguments parse(List<String> args, String... ownFlags) throws UsageException {
    Set<String> known = new HashSet<>(List.of(ownFlags));
    known.add(CONFIG);
    for (Setting setting : ChatSetting.all()) {
      known.add(setting.flag());
    }
    return new Arguments(Flags.parse(args, known, Set.of()));
  }

  /** Returns the value of one of the command's own flags. */
  Optional<String> own(String flag) {
    return flags.get(flag);
  }

  /** Returns the settings from the file, the environment and these flags. */
  Config load(Map<String, String> environment) throws ConfigException {
    return Config.load(ChatSetting.all(), file(), environment, settings());
  }

  /** Returns the settings as {@link #load} does, even if some are wrong, and what is wrong. */
  Config.Inspection inspect(Map<String, String> environment) {
    return Config.inspect(ChatSetting.all(), file(), environment, settings());
  }

  /** Returns the file that --config names, else the installation's, if there is one. */
  Optional<Path> file() {
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
