package agentcore.core.message;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * The {@code data} of a request. A field of the wrong type throws a {@link ClientException}, {@code
 * INVALID_MESSAGE_FORMAT}, that names it; a field that is absent or {@code null} is empty.
 * Immutable.
 */
public final class Fields {
  /** No fields: the data of a request without {@code data}. */
  public static final Fields NONE = of(Map.of());

  private static final String AN_INTEGER = "an integer";

  private final Map<?, ?> values;

  private Fields(Map<?, ?> values) {
    this.values = values;
  }

  /**
   * Wraps {@code values}, which must not change afterwards.
   *
   * @param values by name: strings, {@link Boolean}s, {@link Number}s whose text is the sender's,
   *     maps of these for objects, and lists of these. Fields that are {@code null} are left out. A
   *     value of any other class is of the wrong type, whatever type is read
   */
  public static Fields of(Map<String, ?> values) {
    return new Fields(values);
  }

  /** Returns the string {@code name}, untrimmed. */
  public Optional<String> string(String name) {
    return value(name, String.class, "a string");
  }

  /** Returns the boolean {@code name}. */
  public Optional<Boolean> bool(String name) {
    return value(name, Boolean.class, "a boolean");
  }

  /** Returns the fields of the object {@code name}. */
  public Optional<Fields> object(String name) {
    return value(name, Map.class, "an object").map(Fields::new);
  }

  /** Returns the strings in the list {@code name}. */
  public Optional<List<String>> strings(String name) {
    return list(name, String.class, String.class::cast, "a list of strings");
  }

  /** Returns the objects in the list {@code name}. */
  public Optional<List<Fields>> objects(String name) {
    return list(name, Map.class, each -> new Fields((Map<?, ?>) each), "a list of objects");
  }

  /**
   * Returns the integer {@code name}; outside the range of a long, returns the nearest long. A
   * number with a fraction is of the wrong type.
   */
  public OptionalLong integer(String name) {
    Optional<Number> value = value(name, Number.class, AN_INTEGER);
    if (value.isEmpty()) {
      return OptionalLong.empty();
    }
    String digits = value.get().toString();
    if (!digits.matches("-?[0-9]+")) {
      throw wrongKind(name, AN_INTEGER);
    }
    try {
      return OptionalLong.of(Long.parseLong(digits));
    } catch (NumberFormatException beyondLong) {
      return OptionalLong.of(digits.startsWith("-") ? Long.MIN_VALUE : Long.MAX_VALUE);
    }
  }

  /**
   * Returns the exception for a field of the wrong type.
   *
   * @param what what the field must be: "a string"
   */
  public static ClientException wrongKind(String name, String what) {
    return new ClientException(
        ErrorCode.INVALID_MESSAGE_FORMAT, "Field '" + name + "' must be " + what);
  }

  private <T> Optional<List<T>> list(
      String name, Class<?> kind, Function<Object, T> read, String what) {
    Object value = values.get(name);
    if (value == null) {
      return Optional.empty();
    }
    if (!(value instanceof List<?> list) || !list.stream().allMatch(kind::isInstance)) {
      throw wrongKind(name, what);
    }
    return Optional.of(list.stream().<T>map(read).toList());
  }

  private <T> Optional<T> value(String name, Class<T> kind, String what) {
    Object value = values.get(name);
    if (value != null && !kind.isInstance(value)) {
      throw wrongKind(name, what);
    }
    return Optional.ofNullable(kind.cast(value));
  }
}
