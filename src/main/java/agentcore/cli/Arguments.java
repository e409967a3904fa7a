package agentcore.cli;

import agentcore.core.Config;
import agentcore.core.ConfigException;
import agentcore.core.Setting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Flags, as {@code --port 9000} or {@code --port=9000}.
 *
 * @param config the file that {@code --config} names
 * @param settings the settings that flags give
 * @param own the values of the command's own flags
 */
record Arguments(Optional<Path> config, Map<Setting, String> settings, Map<String, String> own) {

  static Arguments parse(List<String> args, Set<String> ownFlags) throws UsageException {
    Optional<Path> config = Optional.empty();
    Map<Setting, String> settings = new EnumMap<>(Setting.class);
    Map<String, String> own = new HashMap<>();
    for (int i = 0; i < args.size(); i++) {
      String arg = args.get(i);
      int equals = arg.indexOf('=');
      String flag = equals < 0 ? arg : arg.substring(0, equals);
      Optional<Setting> setting = settingOf(flag);
      if (setting.isEmpty() && !flag.equals("--config") && !ownFlags.contains(flag)) {
        throw new UsageException("no such flag: " + flag);
      }
      if (equals < 0 && i + 1 == args.size()) {
        throw new UsageException("a value is missing behind " + flag);
      }
      String value = equals < 0 ? args.get(++i) : arg.substring(equals + 1);
      if (setting.isPresent()) {
        settings.put(setting.get(), value);
      } else if (ownFlags.contains(flag)) {
        own.put(flag, value);
      } else {
        config = Optional.of(Path.of(value));
      }
    }
    return new Arguments(config, settings, own);
  }

  /** Returns the settings in force: of the file, the environment, and these flags. */
  Config load(Map<String, String> environment) throws ConfigException {
    return Config.load(file(), environment, settings);
  }

  /** Returns the same, and what is wrong with them. */
  Config.Inspection inspect(Map<String, String> environment) {
    return Config.inspect(file(), environment, settings);
  }

  /** Returns the file that is read. */
  Optional<Path> file() {
    return config.or(Arguments::defaultFile);
  }

  private static Optional<Path> defaultFile() {
    return Optional.ofNullable(System.getProperty("agentcore.home"))
        .map(home -> Path.of(home, "config.properties"))
        .filter(Files::exists);
  }

  private static Optional<Setting> settingOf(String flag) {
    for (Setting setting : Setting.values()) {
      if (setting.flag().equals(flag)) {
        return Optional.of(setting);
      }
    }
    return Optional.empty();
  }
}
