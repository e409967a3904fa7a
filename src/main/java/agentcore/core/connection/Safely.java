package agentcore.core.connection;

import agentcore.core.backend.BackendException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;

/**
 * Runs one of several steps and reports what it throws, so that the next steps run in any case.
 *
 * <p>A {@link BackendException} is logged at DEBUG, because the backend reports its own outages.
 * Everything else is a defect and is logged with its stack.
 */
public final class Safely {
  private static final Logger LOG = System.getLogger(Safely.class.getName());

  private Safely() {}

  /**
   * Runs a step; never throws.
   *
   * @param what names the step in the log: "leaving the room r"
   * @return whether the step succeeded
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

  /** Runs work that may block on a new thread, or on this one if no thread can be started. */
  public static void runInBackground(String threadName, Runnable work) {
    if (!run("starting " + threadName, () -> Thread.ofVirtual().name(threadName).start(work))) {
      work.run();
    }
  }

  /** Logs the failure of a step; never throws. */
  public static void report(String what, Throwable failure) {
    try {
      if (failure instanceof BackendException) {
        LOG.log(Level.DEBUG, "{0} waits for the store: {1}", what, failure.getMessage());
      } else {
        LOG.log(Level.ERROR, what + " failed", failure);
      }
    } catch (Throwable unreported) {
      // Logging itself may fail, for want of memory say, and the next step matters more.
    }
  }
}
