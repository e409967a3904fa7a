package agentcore.core;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A file of settings in UTF-8: lines of NAME=VALUE, empty lines, and comments, which begin with
 * {@code #}. It may begin with a byte order mark and have any kind of line ends.
 */
final class SettingsFile {
  private static final Pattern NAME = Pattern.compile("\\w+");

  /**
   * Every line end of Unicode. Editors differ in which ones they show, and a secret must not become
   * part of a comment that its author sees on the line before.
   */
  private static final Pattern LINE_END = Pattern.compile("\\R");

  private static final String BYTE_ORDER_MARK = "\ufeff";

  private final List<Setting> settings;
  private final Path file;
  private final List<Entry> entries = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  /**
   * The line of a setting.
   *
   * @param source file and line
   */
  record Entry(Setting setting, String value, String source) {}

  private SettingsFile(List<Setting> settings, Path file) {
    this.settings = settings;
    this.file = file;
  }

  /** Reads a file, and continues after a wrong line. */
  static SettingsFile read(List<Setting> settings, Path file) {
    SettingsFile read = new SettingsFile(settings, file);
    List<String> lines = read.lines();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        read.readLine(line, file + ":" + (i + 1));
      }
    }
    return read;
  }

  private List<String> lines() {
    try {
      String text = Files.readString(file);
      return LINE_END.splitAsStream(text.replaceFirst("^" + BYTE_ORDER_MARK, "")).toList();
    } catch (CharacterCodingException e) {
      problems.add(file + " is not UTF-8");
    } catch (IOException e) {
      problems.add("cannot read " + file + ": " + reason());
    }
    return List.of();
  }

  private String reason() {
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
      String value = setting.get().kind().notation().inFile(line.substring(equals + 1));
      entries.add(new Entry(setting.get(), value, source));
    }
  }

  /** Returns the settings in the order of their lines. */
  List<Entry> entries() {
    return List.copyOf(entries);
  }

  /** Returns the problems of the file itself. */
  List<String> problems() {
    return List.copyOf(problems);
  }
}
