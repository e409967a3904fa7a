package agentcore.core.auth;

import agentcore.core.message.ClientException;
import agentcore.core.message.Fields;
import agentcore.core.serializer.Serializer;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** One JSON object of a token: strict JSON in UTF-8, without repeated names. */
final class Claims {
  private static final int MAX_DEPTH = 32;

  /** The end of the year 9999. A larger number is most likely in milliseconds. */
  private static final double MAX_SECONDS = 253_402_300_799.0;

  private final String json;
  private final Map<String, JsonElement> values;

  private Claims(String json, Map<String, JsonElement> values) {
    this.json = json;
    this.values = values;
  }

  static Claims read(byte[] json) throws TokenException {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(json)).toString();
      return new Claims(text, read(text));
    } catch (IOException
        | JsonParseException
        | IllegalStateException
        | NumberFormatException notJson) {
      throw new TokenException("token malformed: not JSON");
    }
  }

  private static Map<String, JsonElement> read(String text) throws IOException, TokenException {
    Map<String, JsonElement> values = new HashMap<>();
    try (JsonReader reader = new JsonReader(new StringReader(text))) {
      reader.setStrictness(Strictness.STRICT);
      reader.setNestingLimit(MAX_DEPTH);
      reader.beginObject();
      while (reader.hasNext()) {
        String name = reader.nextName();
        if (values.put(name, JsonParser.parseReader(reader)) != null) {
          throw new TokenException("token malformed: repeated name");
        }
      }
      reader.endObject();
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new TokenException("token malformed: not JSON");
      }
    }
    return values;
  }

  /** Returns all claims, for the consumer. */
  Fields fields() throws TokenException {
    try {
      return Serializer.fields(json);
    } catch (ClientException fault) {
      throw new TokenException("token malformed: " + fault.sentence());
    }
  }

  /**
   * Adds all claims to an object.
   *
   * @throws IllegalArgumentException if the object has one of them
   */
  void addTo(JsonObject object) {
    values.forEach(
        (name, value) -> {
          if (object.has(name)) {
            throw new IllegalArgumentException("claims must not contain " + name);
          }
          object.add(name, value);
        });
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  /** Returns the string {@code name}; empty if it is absent or of another kind. */
  Optional<String> string(String name) {
    return values.get(name) instanceof JsonPrimitive value && value.isString()
        ? Optional.of(value.getAsString())
        : Optional.empty();
  }

  /**
   * Returns the time {@code name} (RFC 7519 section 2, NumericDate: seconds, with or without a
   * fraction); empty if it is absent.
   *
   * @throws TokenException if it is of another kind
   */
  Optional<Instant> time(String name) throws TokenException {
    if (!has(name)) {
      return Optional.empty();
    }
    if (!(values.get(name) instanceof JsonPrimitive value && value.isNumber())) {
      throw new TokenException("token malformed: " + name + " must be a number");
    }
    double seconds = value.getAsDouble();
    if (Math.abs(seconds) > MAX_SECONDS) {
      throw new TokenException("token malformed: " + name + " must be in seconds");
    }
    return Optional.of(Instant.ofEpochMilli(Math.round(seconds * 1000)));
  }
}
