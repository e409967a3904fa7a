package agentcore.core.backend;

import agentcore.core.Config;
import agentcore.core.Setting;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;

/**
 * What a contract test needs of the implementation under test.
 *
 * <p>Whoever implements it says how a store is made, and how time passes for it. Nothing here
 * promises that a receiver is called before the call that caused it returns: tests wait.
 */
public interface Store {
  /** A time to live that {@link #pass} can outlast, and a test that is held up cannot. */
  Duration SHORT = Duration.ofMinutes(5);

  /** Limits that no test reaches which does not name one of its own. */
  BackendLimits LIMITS = limits(Setting.MAX_ROOMS_PER_USER, 1000);

  /** Opens a new, empty store and returns a started backend on it. Closed after the test. */
  Backend open(BackendLimits limits);

  /** Opens a new, empty store with limits that do not matter. */
  default Backend open() {
    return open(LIMITS);
  }

  /**
   * Returns another server's backend on the store that was opened last; the same object where
   * servers share one. Closed after the test.
   */
  Backend another();

  /** Lets time pass without waiting for it, and does what is due then. */
  void pass(Duration time);

  /** Returns the store's time. */
  Instant now();

  /** Makes a room of a user, and enters it into the directory. */
  default GroupId room(Backend backend, String name) {
    Room room = new Room(name, "id-of-" + name, "alice", true);
    if (backend.directory().create(room) != Directory.CreateResult.CREATED) {
      throw new AssertionError("no room " + name);
    }
    return GroupId.room(room);
  }

  /** Returns the default limits with others for these settings, names and values in turn. */
  static BackendLimits limits(Object... settingsAndValues) {
    Config config = Config.defaults();
    for (int i = 0; i < settingsAndValues.length; i += 2) {
      Object value = settingsAndValues[i + 1];
      String text = value instanceof Duration time ? seconds(time) : value.toString();
      config = config.with((Setting) settingsAndValues[i], text);
    }
    return config.backendLimits();
  }

  private static String seconds(Duration time) {
    return BigDecimal.valueOf(time.toMillis(), 3).toString();
  }
}
