package agentcore.core.message;

import java.util.ArrayList;
import java.util.List;

/**
 * What the server tells a client: a flat list of named values that begins with its {@code type}.
 *
 * <p>The serializer makes text of it and adds the timestamp. Not safe for several threads at once.
 *
 * {@snippet file="Logs.java" region="event"}
 */
public final class Event {
  private final List<Object> namesAndValues = new ArrayList<>(20);

  private Event() {}

  /** Begins an event of this type. */
  public static Event of(String type) {
    return new Event().put("type", type);
  }

  /** Begins an object that stands inside an event: it has neither type nor timestamp. */
  public static Event object() {
    return new Event();
  }

  /** Adds a string. */
  public Event with(String name, String value) {
    return put(name, value);
  }

  /** Adds an integer. */
  public Event with(String name, long value) {
    return put(name, value);
  }

  /** Adds a boolean. */
  public Event with(String name, boolean value) {
    return put(name, value);
  }

  /** Adds a number with three decimals: seconds, from milliseconds. */
  public Event withSeconds(String name, long millis) {
    return put(name, new Seconds(millis));
  }

  /** Adds {@code null}. */
  public Event withNull(String name) {
    return put(name, Null.NULL);
  }

  /** Adds a list of strings, or of events (as objects), or of texts that are JSON already. */
  public Event withList(String name, List<?> values) {
    return put(name, List.copyOf(values));
  }

  /** Returns names and values in turn: name, value, name, value. */
  public List<Object> namesAndValues() {
    return namesAndValues;
  }

  private Event put(String name, Object value) {
    namesAndValues.add(name);
    namesAndValues.add(value);
    return this;
  }

  /** A time in milliseconds that is written as seconds with three decimals. */
  public record Seconds(long millis) {}

  /** Text that is JSON already, and goes out as it is. */
  public record Json(String text) {}

  /** The JSON null, since no null crosses a method boundary here. */
  public enum Null {
    /** The only one. */
    NULL
  }
}
