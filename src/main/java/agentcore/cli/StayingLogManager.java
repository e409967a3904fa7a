package agentcore.cli;

import java.util.logging.LogManager;

/**
 * Keeps the log open while the program ends. The virtual machine resets the log at once when it is
 * asked to end, and then nobody would read how the server stopped.
 *
 * <p>Public, since {@link LogManager} loads it by its name.
 */
public final class StayingLogManager extends LogManager {
  private volatile boolean isConfigured;

  /** Makes one, for {@link LogManager}. */
  public StayingLogManager() {}

  /** Has every later reset ignored. */
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
