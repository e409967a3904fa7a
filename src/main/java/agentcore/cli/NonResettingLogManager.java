package agentcore.cli;

import java.util.logging.LogManager;

/**
 * Keeps logging until the program ends. The JVM's shutdown hook would otherwise reset the log, and
 * the last lines of a stopping server would be lost.
 *
 * <p>Public, because {@link LogManager} loads it by name.
 */
public final class NonResettingLogManager extends LogManager {
  private volatile boolean isConfigured;

  /** For {@link LogManager}. */
  public NonResettingLogManager() {}

  /** Ignores every later reset. */
  void configured() {
    isConfigured = true;
  }

  @Override
  public void reset() {
    if (!isConfigured) {
      super.reset();
    }
  }
}
