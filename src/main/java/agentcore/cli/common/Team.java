package agentcore.cli.common;

import agentcore.core.Config;
import agentcore.core.Setting;
import agentcore.core.security.SecretFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The server of a team, {@code serve --team}: an open HOST, and a secret in a file. Both are
 * defaults, which the settings override.
 */
public final class Team {
  /** The switch of the commands that run or check a server. */
  public static final String FLAG = "--team";

  private static final String ALL_ADDRESSES = "0.0.0.0";

  private Team() {}

  /**
   * Returns the secret file where AUTH_SECRET_FILE is not set: agentcore/secret in XDG_STATE_HOME,
   * or in .local/state of HOME (XDG Base Directory Specification). Empty if the environment has
   * neither.
   */
  public static Optional<Path> defaultFile(Map<String, String> environment) {
    return folder(environment, "XDG_STATE_HOME")
        .or(() -> folder(environment, "HOME").map(home -> home.resolve(".local").resolve("state")))
        .map(state -> state.resolve("agentcore").resolve("secret"));
  }

  /** A relative path is to be ignored, says the specification. */
  private static Optional<Path> folder(Map<String, String> environment, String variable) {
    return Optional.ofNullable(environment.get(variable)).map(Path::of).filter(Path::isAbsolute);
  }

  /** Returns the settings with the team's defaults; without a secret if there is none yet. */
  static Config.Inspection apply(Config.Inspection seen, Map<String, String> environment) {
    List<String> problems = new ArrayList<>(seen.problems());
    Config config = seen.config();
    try {
      if (isDefault(config, Setting.HOST)) {
        config = config.with(Setting.HOST, ALL_ADDRESSES, FLAG);
      }
      Optional<Path> file = defaultFile(environment).filter(each -> !Files.notExists(each));
      if (needsFile(config) && file.isPresent()) {
        config = config.with(Setting.AUTH_SECRET_FILE, file.get().toString(), FLAG);
      }
    } catch (IllegalArgumentException wrong) {
      problems.add(wrong.getMessage());
    }
    return new Config.Inspection(config, List.copyOf(problems));
  }

  private static boolean needsFile(Config config) {
    return isDefault(config, Setting.AUTH_SECRET) && isDefault(config, Setting.AUTH_SECRET_FILE);
  }

  private static boolean isDefault(Config config, Setting setting) {
    return config.source(setting).equals("default");
  }

  /**
   * Creates the secret file if the settings have no secret and the file does not exist.
   *
   * @param config the settings, whatever is wrong with them
   * @return the file, if it was created
   * @throws IOException if it cannot be created; the message says why
   */
  public static Optional<Path> createSecret(Config config, Map<String, String> environment)
      throws IOException {
    if (!isDefault(config, Setting.AUTH_SECRET)) {
      return Optional.empty();
    }
    Path file = file(config, environment);
    if (Files.exists(file)) {
      return Optional.empty();
    }
    try { // also if a folder on the way hides whether it exists: that fails
      SecretFile.create(file);
      return Optional.of(file);
    } catch (IOException e) {
      throw new IOException(
          "cannot create the secret "
              + file
              + ": its folder cannot be written; AUTH_SECRET_FILE names another place",
          e);
    }
  }

  private static Path file(Config config, Map<String, String> environment) throws IOException {
    if (!isDefault(config, Setting.AUTH_SECRET_FILE)) {
      return Path.of(config.text(Setting.AUTH_SECRET_FILE));
    }
    return defaultFile(environment)
        .orElseThrow(
            () ->
                new IOException(
                    "set AUTH_SECRET_FILE to say where the secret is kept: HOME is not set"));
  }
}
