package agentcore.core.connection;

import agentcore.core.backend.BackendException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Runs one step of many, so that the others run whatever this one throws: the steps of a clean-up,
 * the items of a loop.
 *
 * <p>A store that is away is logged at DEBUG, since its absence is reported elsewhere. Everything
 * else is a defect and is logged with its stack.
 */
public final class Safely {
  private static final Logger LOG = System.getLogger(Safely.class.getName());

  private Safely() {}

  /**
   * Runs a step and never throws.
   *
   * @param what the step as the log names it: "leaving the room r"
   * @return whether the step came to its end
   */
  public static boolean run(String what, Runnable step) {
    try {
      step.run();
      return true;
    } catch (Throwable failure) {
      report(what, failure);
      return false;
    }
  }

  /** Logs what a step threw. Without memory, or with a broken handler, even the log may fail. */
  public static void report(String what, Throwable failure) {
    try {
      if (failure instanceof BackendException) {
        LOG.log(Level.DEBUG, "{0} waits for the store: {1}", what, failure.getMessage());
      } else {
        LOG.log(Level.ERROR, what + " failed", failure);
      }
    } catch (Throwable unreported) {
      // There is nobody left to report it to, and the next step counts for more.
    }
  }
}
