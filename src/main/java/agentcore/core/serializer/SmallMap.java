package agentcore.core.serializer;

import java.util.AbstractMap;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The few fields of a request, in one array that is searched from its beginning. A {@code HashMap}
 * takes three times the memory.
 */
final class SmallMap extends AbstractMap<String, Object> {
  /** A search must stay short, whatever a client sends. */
  static final int MAX_FIELDS = 16;

  private static final int EXPECTED_FIELDS = 3;

  /** Names and values in turn. */
  private Object[] fields = new Object[2 * EXPECTED_FIELDS];

  private int end;

  /** Adds a field; returns false if the name is in use, or if there are too many. */
  boolean add(String name, Object value) {
    if (end == 2 * MAX_FIELDS || indexOf(name) >= 0) {
      return false;
    }
    if (end == fields.length) {
      fields = Arrays.copyOf(fields, 2 * end);
    }
    fields[end] = name;
    fields[end + 1] = value;
    end += 2;
    return true;
  }

  @Override
  @SuppressWarnings("NullAway") // a map returns null for a name that it does not have
  public Object get(Object name) {
    int at = indexOf(name);
    return at < 0 ? null : fields[at + 1];
  }

  private int indexOf(Object name) {
    for (int i = 0; i < end; i += 2) {
      if (fields[i].equals(name)) {
        return i;
      }
    }
    return -1;
  }

  @Override
  public Set<Map.Entry<String, Object>> entrySet() {
    Set<Map.Entry<String, Object>> entries = new LinkedHashSet<>();
    for (int i = 0; i < end; i += 2) {
      entries.add(Map.entry((String) fields[i], fields[i + 1]));
    }
    return Collections.unmodifiableSet(entries);
  }
}
