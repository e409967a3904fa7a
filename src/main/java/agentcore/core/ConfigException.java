package agentcore.core;

import java.util.List;

/** The settings are wrong: every one that is, with where it came from and what it must be. */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  /** Makes one from its problems, at least one. */
  public ConfigException(List<String> problems) {
    super(String.join("; ", problems));
    this.problems = List.copyOf(problems);
  }

  /** Returns what is wrong, a line each. */
  public List<String> problems() {
    return problems;
  }
}
