package agentcore.core.message;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * A JSON object that the server sends: named values, of which the first is the {@code type}. The
 * timestamp is added when the event is sent.
 *
 * <p>Immutable: each {@code with} returns a new event. So an event can be a constant, and can be
 * sent to several connections by several threads.
 *
 * {@snippet file="Logs.java" region="event"}
 */
@CheckReturnValue
public final class Event {
  private static final Event EMPTY = new Event();

  /** The event without its last field, shared by all events that extend it. */
  private final Event before;

  private final String name;
  private final Object value;
  private final int fields;

  private Event() {
    this.before = this;
    this.name = "";
    this.value = "";
    this.fields = 0;
  }

  private Event(Event before, String name, Object value) {
    this.before = before;
    this.name = name;
    this.value = value;
    this.fields = before.fields + 1;
  }

  /** Returns an event with a type and no other fields. */
  public static Event of(String type) {
    return EMPTY.put("type", type);
  }

  /** Returns an empty object, to be put into an event: it has neither type nor timestamp. */
  public static Event object() {
    return EMPTY;
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

  /** Adds a time in seconds with three decimals. */
  public Event withSeconds(String name, long millis) {
    return put(name, new Seconds(millis));
  }

  /** Adds {@code null}. */
  public Event withNull(String name) {
    return put(name, Null.NULL);
  }

  /** Adds a list of strings, of events (as objects), or of {@link Json}. */
  public Event withList(String name, List<?> values) {
    return put(name, List.copyOf(values));
  }

  /** Returns names and values in turn, for serializers: name, value, name, value. */
  public List<Object> namesAndValues() {
    Object[] all = new Object[2 * fields];
    Event last = this;
    for (int i = all.length; i > 0; i -= 2) {
      all[i - 1] = last.value;
      all[i - 2] = last.name;
      last = last.before;
    }
    return Collections.unmodifiableList(Arrays.asList(all));
  }

  private Event put(String name, Object value) {
    return new Event(this, name, value);
  }

  /** A time in milliseconds, written as seconds with three decimals. */
  public record Seconds(long millis) {}

  /** A text that is JSON, and is written as it is. */
  public record Json(String text) {}

  /** The null of JSON. */
  public enum Null {
    /** The only one. */
    NULL
  }
}
