package agentcore.core.message;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * What the server tells a client: a flat list of named values that begins with its {@code type}.
 *
 * <p>The serializer makes text of it and adds the timestamp.
 *
 * <p>Immutable: each {@code with} returns a new event and leaves this one as it is. So an event can
 * be a constant, can be sent to several connections, and can be used by all threads.
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

  /** Begins an event of this type. */
  public static Event of(String type) {
    return EMPTY.put("type", type);
  }

  /** Begins an object that stands inside an event: it has neither type nor timestamp. */
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
