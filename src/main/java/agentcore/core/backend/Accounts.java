package agentcore.core.backend;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What is kept with a user beside the log: sets of named values, such as the rooms that the user
 * joined. The consumer chooses the sets; their names are not from clients. A set is kept for {@link
 * BackendLimits#inboxTtl} after it was last read as a whole or changed.
 */
public interface Accounts {
  /** The outcome of setting a value. */
  enum SetResult {
    /** The value is set. */
    SET,
    /** The value was not the expected one, and is unchanged. */
    OTHER,
    /** The set has the maximum of other values. */
    FULL
  }

  /** Returns sets of a user, each as its values by name, in the order of the list. */
  List<Map<String, String>> read(String user, List<String> sets);

  /** Returns one value. */
  Optional<String> find(String user, String set, String name);

  /**
   * Begins a {@link #find}, so that other calls share its round trip to the store.
   *
   * @return waits for the result; must be called once
   */
  default Supplier<Optional<String>> submitFind(String user, String set, String name) {
    Optional<String> value = find(user, set, name);
    return () -> value;
  }

  /**
   * Sets a value if it is the expected one, and sends a notice to the connections of the user in
   * the same step.
   *
   * @param expected empty if the value must be absent
   * @param max the maximum of values in the set
   */
  SetResult set(
      String user,
      String set,
      String name,
      Optional<String> expected,
      String value,
      int max,
      Optional<Notice> announcement);

  /**
   * Removes a value, and sends a notice in the same step if there was one.
   *
   * @return whether there was one
   */
  boolean remove(String user, String set, String name, Optional<Notice> announcement);
}
