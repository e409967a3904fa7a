package agentcore.core.message;

import java.util.List;
import java.util.function.BiConsumer;

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

  /** The length of a time between 2001 and 2286. */
  private static final int SECONDS_LENGTH = "1700000000.123".length();

  /** The event without its last field, shared by all events that extend it. */
  private final Event before;

  private final String name;
  private final Object value;
  private final int expectedLength;

  private Event() {
    this.before = this;
    this.name = "";
    this.value = "";
    this.expectedLength = "{}".length();
  }

  private Event(Event before, String name, Object value) {
    this.before = before;
    this.name = name;
    this.value = value;
    int comma = before == EMPTY ? 0 : 1;
    this.expectedLength =
        before.expectedLength + comma + name.length() + "'':".length() + expectedLength(value);
  }

  private static int expectedLength(Object value) {
    return switch (value) {
      case String text -> text.length() + "''".length();
      case Json json -> json.text().length();
      case Event event -> event.expectedLength;
      case List<?> list ->
          "[".length() + Math.max(1, list.stream().mapToInt(Event::withComma).sum());
      case Long number -> digits(number);
      case Seconds seconds -> SECONDS_LENGTH;
      default -> "false".length();
    };
  }

  private static int withComma(Object element) {
    return expectedLength(element) + ",".length();
  }

  private static int digits(long number) {
    int digits = number < 0 ? 2 : 1;
    for (long rest = number / 10; rest != 0; rest /= 10) {
      digits++;
    }
    return digits;
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

  /** Calls {@code action} with the name and the value of each field, in their order. */
  public void forEachField(BiConsumer<String, Object> action) {
    if (before != this) {
      before.forEachField(action);
      action.accept(name, value);
    }
  }

  /** Returns about how many characters the event takes as JSON; more, if some are escaped. */
  public int expectedLength() {
    return expectedLength;
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
