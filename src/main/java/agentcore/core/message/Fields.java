package agentcore.core.message;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The {@code data} of a request, read with the types that a handler expects.
 *
 * <p>A field of the wrong kind throws a {@link ClientException} that names it; a field that is
 * absent or {@code null} is empty. Immutable, safe for all threads.
 */
public final class Fields {
  /** No fields at all: what a request without {@code data} has. */
  public static final Fields NONE = new Fields(new JsonObject());

  private final JsonObject object;

  /** Wraps {@code object}, which nobody changes afterwards. */
  public Fields(JsonObject object) {
    this.object = object;
  }

  /**
   * Returns the string {@code name}, untrimmed.
   *
   * @throws ClientException INVALID_MESSAGE_FORMAT where it is no string
   */
  public Optional<String> string(String name) {
    return primitive(name, "a string")
        .map(
            value -> {
              require(value.isString(), name, "a string");
              return value.getAsString();
            });
  }

  /**
   * Returns the boolean {@code name}.
   *
   * @throws ClientException INVALID_MESSAGE_FORMAT where it is neither true nor false
   */
  public Optional<Boolean> bool(String name) {
    return primitive(name, "a boolean")
        .map(
            value -> {
              require(value.isBoolean(), name, "a boolean");
              return value.getAsBoolean();
            });
  }

  /**
   * Returns the integer {@code name}; one beyond the range of a long is returned as the nearest.
   *
   * @throws ClientException INVALID_MESSAGE_FORMAT where it is no number, or has a fraction
   */
  public OptionalLong integer(String name) {
    Optional<JsonPrimitive> value = primitive(name, "an integer");
    if (value.isEmpty()) {
      return OptionalLong.empty();
    }
    require(value.get().isNumber(), name, "an integer");
    String digits = value.get().getAsString();
    require(digits.matches("-?[0-9]+"), name, "an integer");
    try {
      return OptionalLong.of(Long.parseLong(digits));
    } catch (NumberFormatException beyondLong) {
      return OptionalLong.of(digits.startsWith("-") ? Long.MIN_VALUE : Long.MAX_VALUE);
    }
  }

  /** Returns the refusal for a field that is not what it must be. */
  public static ClientException wrongKind(String name, String what) {
    return new ClientException(
        ErrorCode.INVALID_MESSAGE_FORMAT, "Field '" + name + "' must be " + what);
  }

  private Optional<JsonPrimitive> primitive(String name, String what) {
    JsonElement value = object.get(name);
    if (value == null || value.isJsonNull()) {
      return Optional.empty();
    }
    require(value.isJsonPrimitive(), name, what);
    return Optional.of(value.getAsJsonPrimitive());
  }

  private static void require(boolean holds, String name, String what) {
    if (!holds) {
      throw wrongKind(name, what);
    }
  }
}
