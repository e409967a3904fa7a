package agentcore.core.serializer;

import agentcore.core.message.ClientException;
import agentcore.core.message.ErrorCode;
import agentcore.core.message.Event;
import agentcore.core.message.Fields;
import agentcore.core.message.Message;
import agentcore.core.message.Names;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** Reads requests from JSON, strictly by RFC 8259, and writes events as flat JSON objects. */
public final class Serializer {
  private static final int MAX_ID_LENGTH = 64;
  private static final int MAX_TYPE_LENGTH = 64;
  private static final char REPLACEMENT = '\ufffd';

  private final RecentStrings recent = new RecentStrings();

  /** Creates a serializer. It is safe for all threads. */
  public Serializer() {}

  /**
   * Reads the text of one message. Never throws: a text that is not a valid request becomes a
   * message with a {@link Message#fault}.
   *
   * @return empty if the bytes are not UTF-8
   */
  public Optional<Message> read(byte[] utf8, int from, int to) {
    Optional<Map<String, Object>> plain = PlainJson.read(utf8, from, to, recent);
    if (plain.isPresent()) {
      return Optional.of(request(plain.get(), to - from, true));
    }
    String text = new String(utf8, from, to - from, StandardCharsets.UTF_8);
    boolean isMalformed = text.indexOf(REPLACEMENT) >= 0 && !isEncoded(text, utf8, from, to);
    return isMalformed ? Optional.empty() : Optional.of(readStrictly(text, to - from));
  }

  /** Tests whether the JDK put no substitute for malformed bytes into the decoded text. */
  private static boolean isEncoded(String text, byte[] utf8, int from, int to) {
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    return Arrays.equals(encoded, 0, encoded.length, utf8, from, to);
  }

  static Message readStrictly(String text, int length) {
    String repaired = StrictJson.replaceUnpairedSurrogates(text);
    try {
      return request(object(repaired, "Message"), length, repaired.equals(text));
    } catch (ClientException fault) {
      return Message.unreadable(Message.UNREADABLE, Optional.empty(), length, fault);
    }
  }

  private static Map<String, Object> object(String text, String what) {
    try {
      return StrictJson.object(text)
          .orElseThrow(() -> wrongFormat(what + " must be a JSON object"));
    } catch (IOException notJson) {
      throw new ClientException(ErrorCode.INVALID_JSON, "Invalid JSON format");
    }
  }

  private static ClientException wrongFormat(String sentence) {
    return new ClientException(ErrorCode.INVALID_MESSAGE_FORMAT, sentence);
  }

  /**
   * Reads a JSON object, strictly.
   *
   * @throws ClientException INVALID_JSON, or INVALID_MESSAGE_FORMAT if the text is JSON but not an
   *     object, or has an unpaired surrogate
   */
  public static Fields fields(String text) {
    if (!StrictJson.replaceUnpairedSurrogates(text).equals(text)) {
      throw wrongFormat("Text must not contain unpaired surrogates");
    }
    return Fields.of(object(text, "Text"));
  }

  /**
   * Reads the fields of a request. Even if one of them is wrong, the error repeats the type and the
   * id where these are right.
   *
   * @param isWellFormed whether every surrogate in the text is half of a pair
   */
  private static Message request(Map<String, Object> object, int length, boolean isWellFormed) {
    Fields fields = Fields.of(object);
    String type = Message.UNREADABLE;
    Optional<String> id = Optional.empty();
    try {
      id = validId(object).filter(value -> isWellFormed || value.indexOf(REPLACEMENT) < 0);
      String wholeType = type(fields);
      if (isWellFormed || wholeType.indexOf(REPLACEMENT) < 0) {
        type = Names.cut(wholeType, MAX_TYPE_LENGTH);
      }
      if (id.isEmpty() && fields.string("id").isPresent()) {
        throw Fields.wrongKind("id", "a string of 1 to " + MAX_ID_LENGTH + " characters");
      }
      if (!isWellFormed) {
        throw wrongFormat("Message must not contain unpaired surrogates");
      }
      Fields data = fields.object("data").orElse(Fields.NONE);
      return new Message(type, data, id, length, Optional.empty());
    } catch (ClientException fault) {
      return Message.unreadable(type, id, length, fault);
    }
  }

  private static String type(Fields fields) {
    String type = fields.string("type").orElse("");
    if (type.isEmpty()) {
      throw new ClientException(ErrorCode.MISSING_MESSAGE_TYPE, "Message type is required");
    }
    return type;
  }

  private static Optional<String> validId(Map<String, Object> object) {
    if (!(object.get("id") instanceof String id)) {
      return Optional.empty();
    }
    int length = Names.length(id);
    return length < 1 || length > MAX_ID_LENGTH ? Optional.empty() : Optional.of(id);
  }

  /**
   * Writes an event as a JSON object that ends with its timestamp.
   *
   * @param epochMillis the timestamp, in milliseconds since the Unix epoch
   */
  public String write(Event event, long epochMillis) {
    return write(timed(event, epochMillis));
  }

  /** Writes an event without a timestamp. */
  public String write(Event event) {
    return written(event).toString();
  }

  /** Returns the UTF-8 bytes of {@link #write(Event, long)}, without making the text. */
  public byte[] encode(Event event, long epochMillis) {
    return encode(timed(event, epochMillis));
  }

  /** Returns the UTF-8 bytes of {@link #write(Event)}, without making the text. */
  public byte[] encode(Event event) {
    return written(event).toBytes();
  }

  private static Event timed(Event event, long epochMillis) {
    return event.withSeconds("timestamp", epochMillis);
  }

  private static JsonWriter written(Event event) {
    JsonWriter out = new JsonWriter(event.expectedLength());
    out.object(event);
    return out;
  }
}
