package agentcore.core;

import agentcore.core.message.Names;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads a file, the environment and flags into a {@link Config}, and collects all problems. */
final class ConfigReader {
  private static final Pattern NO_LETTERS = Pattern.compile("[^A-Za-z]");

  private final List<Setting> settings;
  private final List<String> problems = new ArrayList<>();
  private Config config = Config.defaults();

  ConfigReader(List<Setting> settings) {
    this.settings = settings;
  }

  /** Reads the sources in their order; to be called once. */
  Config.Inspection read(
      Optional<Path> file, Map<String, String> environment, Map<Setting, String> flags) {
    file.ifPresent(this::readFile);
    for (Setting setting : settings) {
      if (environment.containsKey(setting.name())) {
        String written = environment.get(setting.name());
        set(setting, setting.kind().notation().inEnvironment(written), "environment");
      }
    }
    findMisspelt(environment.keySet());
    flags.forEach(
        (setting, written) ->
            set(setting, setting.kind().notation().inFlag(written), setting.flag()));
    check();
    return new Config.Inspection(config, List.copyOf(problems));
  }

  private void readFile(Path file) {
    SettingsFile read = SettingsFile.read(settings, file);
    read.entries().forEach(each -> set(each.setting(), each.value(), each.source()));
    problems.addAll(read.problems());
  }

  private void set(Setting setting, String value, String source) {
    config = config.given(setting, value, source);
  }

  /**
   * Finds variables such as {@code auth_secret}. The server would start without the protection that
   * they were meant to give.
   */
  private void findMisspelt(Set<String> names) {
    for (Setting setting : settings) {
      if (isProtecting(setting) && !names.contains(setting.name())) {
        names.stream()
            .filter(name -> letters(name).equals(letters(setting.name())))
            .map(name -> Names.printable(name) + " (environment) must be named " + setting)
            .forEach(problems::add);
      }
    }
  }

  /** Returns whether a setting may be left out but not be empty: only if it protects something. */
  private static boolean isProtecting(Setting setting) {
    return setting.defaultValue().isEmpty() && setting.kind().fault().apply("").isPresent();
  }

  private static String letters(String name) {
    return NO_LETTERS.matcher(name).replaceAll("").toUpperCase(Locale.ROOT);
  }

  private void check() {
    int before = problems.size();
    for (Setting setting : settings) {
      config
          .fault(setting)
          .ifPresent(fault -> problems.add(config.describe(setting) + " " + fault));
    }
    if (config.isGiven(Setting.TLS_PASSWORD) && !config.isGiven(Setting.TLS_KEYSTORE)) {
      problems.add(
          config.describe(Setting.TLS_PASSWORD)
              + " is given without TLS_KEYSTORE: give both, or leave both out to serve without TLS");
    }
    if (problems.size() > before) {
      return; // a rule compares values, which must be readable
    }
    requireLess(Setting.WS_HEARTBEAT_INTERVAL, "less than", Setting.WS_HEARTBEAT_TIMEOUT);
    requireLess(Setting.HISTORY_TTL, "at most", Setting.ROOM_IDLE_TTL);
    settings.forEach(setting -> setting.problem(config).ifPresent(problems::add));
  }

  private void requireLess(Setting small, String relation, Setting large) {
    int order = config.seconds(small).compareTo(config.seconds(large));
    if (order > 0 || (order == 0 && relation.equals("less than"))) {
      problems.add(config.describe(small) + " must be " + relation + " " + config.describe(large));
    }
  }
}
