package agentcore.cli;

import java.util.logging.LogManager;

/**
 * Keeps logging until the program ends. The JVM's own shutdown hook would reset the log at once,
 * and the lines about how the server stops would be lost.
 *
 * <p>Public, because {@link LogManager} loads it by name.
 */
public final class StayingLogManager extends LogManager {
  private volatile boolean isConfigured;

  /** For {@link LogManager}. */
  public StayingLogManager() {}

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
