package agentcore.core;

import java.util.List;

/** Thrown for invalid settings; names each one, its source, and what it must be. */
public final class ConfigException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  /** Constructs an exception from at least one problem. */
  public ConfigException(List<String> problems) {
    super(String.join("; ", problems));
    this.problems = List.copyOf(problems);
  }

  /** Returns the problems, one line each. */
  public List<String> problems() {
    return problems;
  }
}
