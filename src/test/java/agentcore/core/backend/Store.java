package agentcore.core.backend;

import agentcore.core.Config;
import agentcore.core.Setting;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;

/**
 * What a contract test needs of the implementation under test.
 *
 * <p>A subscriber may be called after the call that caused it has returned, so tests wait.
 */
public interface Store {
  /** Long enough that no slow test outlasts it; {@link #pass} does. */
  Duration SHORT = Duration.ofMinutes(5);

  /** Limits that a test does not reach unless it sets one. */
  BackendLimits LIMITS = limits(Setting.MAX_ROOMS_PER_USER, 1000);

  /** Opens a new, empty store and returns a started backend on it. Closed after the test. */
  Backend open(BackendLimits limits);

  /** Opens a new, empty store with limits that do not matter. */
  default Backend open() {
    return open(LIMITS);
  }

  /**
   * Returns another server's backend on the store that was opened last, or the same object if
   * servers share one. Closed after the test.
   */
  Backend another();

  /** Lets time pass without waiting, and runs what is due then. */
  void pass(Duration time);

  /** Returns the store's time. */
  Instant now();

  /** Creates a room of a user. */
  default GroupId room(Backend backend, String name) {
    Room room = new Room(name, "id-of-" + name, "alice", true);
    if (backend.directory().create(room) != Directory.CreateResult.CREATED) {
      throw new AssertionError("no room " + name);
    }
    return GroupId.room(room);
  }

  /** Returns the default limits with these settings changed: setting, value, setting, value. */
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
