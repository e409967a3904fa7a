package agentcore.core;

import agentcore.core.message.Names;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
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
  private static final Pattern NAME = Pattern.compile("\\w+");
  private static final Pattern SEPARATORS = Pattern.compile("[^A-Za-z0-9]");

  /**
   * Every line end of Unicode. Editors differ in which ones they show, and a secret must not become
   * part of a comment that its author sees on the line before.
   */
  private static final Pattern LINE_END = Pattern.compile("\\R");

  private static final String BYTE_ORDER_MARK = "\ufeff";

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
    readSecretFile();
    check();
    return new Config.Inspection(config, List.copyOf(problems));
  }

  /**
   * Reads a file in UTF-8, and continues after a wrong line: lines of NAME=VALUE, empty lines, and
   * comments, which begin with {@code #}.
   */
  private void readFile(Path file) {
    List<String> lines = lines(file);
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        readLine(line, file + ":" + (i + 1));
      }
    }
  }

  private List<String> lines(Path file) {
    try {
      String text = Files.readString(file);
      return LINE_END.splitAsStream(text.replaceFirst("^" + BYTE_ORDER_MARK, "")).toList();
    } catch (CharacterCodingException e) {
      problems.add(file + " is not UTF-8");
    } catch (IOException e) {
      problems.add("cannot read " + file + ": " + reason(file));
    }
    return List.of();
  }

  private static String reason(Path file) {
    if (Files.isDirectory(file)) {
      return "it is a folder";
    }
    return Files.notExists(file) ? "it does not exist" : "it is not readable";
  }

  private void readLine(String line, String source) {
    int equals = line.indexOf('=');
    String name = equals < 0 ? line : line.substring(0, equals).strip();
    Optional<Setting> setting = Setting.find(settings, name);
    if (equals < 0 || !NAME.matcher(name).matches()) {
      problems.add(source + " is not NAME=VALUE"); // not shown, since it may hold a secret
    } else if (setting.isEmpty()) {
      problems.add(source + " names no setting: " + name);
    } else {
      String written = line.substring(equals + 1);
      set(setting.get(), setting.get().kind().notation().inFile(written), source);
    }
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

  /** Makes the content of AUTH_SECRET_FILE the value of AUTH_SECRET. */
  private void readSecretFile() {
    if (!config.isGiven(Setting.AUTH_SECRET_FILE)) {
      return;
    }
    if (config.isGiven(Setting.AUTH_SECRET)) {
      problems.add(
          config.describe(Setting.AUTH_SECRET)
              + " and "
              + config.describe(Setting.AUTH_SECRET_FILE)
              + " are both given: leave one of them out");
    } else if (config.fault(Setting.AUTH_SECRET_FILE).isEmpty()) {
      set(Setting.AUTH_SECRET, config.secretOfFile(), config.text(Setting.AUTH_SECRET_FILE));
    }
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
