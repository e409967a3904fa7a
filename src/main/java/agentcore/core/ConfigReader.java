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
  private static final Pattern SEPARATORS = Pattern.compile("[^A-Za-z0-9]");

  private final List<Setting> settings;
  private final List<String> problems = new ArrayList<>();
  private Config config = Config.defaults();

  ConfigReader(List<Setting> settings) {
    if (settings.stream().map(Setting::name).distinct().count() < settings.size()) {
      throw new IllegalArgumentException("two settings have the same name: " + settings);
    }
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
            .filter(name -> normalized(name).equals(normalized(setting.name())))
            .map(name -> Names.printable(name) + " (environment) must be named " + setting)
            .forEach(problems::add);
      }
    }
  }

  /** Returns whether a setting may be left out but not be empty: only if it protects something. */
  private static boolean isProtecting(Setting setting) {
    return setting.defaultValue().isEmpty() && setting.kind().fault().apply("").isPresent();
  }

  private static String normalized(String name) {
    return SEPARATORS.matcher(name).replaceAll("").toUpperCase(Locale.ROOT);
  }

  private void check() {
    int before = problems.size();
    for (Setting setting : settings) {
      config
          .fault(setting)
          .ifPresent(fault -> problems.add(config.describe(setting) + " " + fault));
    }
    config.missingKeystore().ifPresent(problems::add);
    if (problems.size() == before) { // a rule compares values, which must be readable
      problems.addAll(config.contradictions(settings));
    }
  }
}
