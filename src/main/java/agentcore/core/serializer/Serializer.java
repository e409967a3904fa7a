package agentcore.core.serializer;

import agentcore.core.message.ClientException;
import agentcore.core.message.ErrorCode;
import agentcore.core.message.Event;
import agentcore.core.message.Fields;
import agentcore.core.message.Message;
import agentcore.core.message.Names;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads requests from JSON, strictly by RFC 8259, and writes events as flat JSON objects. */
public final class Serializer {
  private static final int MAX_ID_LENGTH = 64;
  private static final int MAX_TYPE_LENGTH = 64;
  private static final char REPLACEMENT = '\ufffd';
  private static final String HEX = "0123456789abcdef";

  /** Creates a serializer. It has no state. */
  public Serializer() {}

  /**
   * Reads the text of one frame. Never throws: a text that is not a valid request becomes a message
   * with a {@link Message#fault}.
   */
  public Message read(String text) {
    Optional<Map<String, Object>> plain = PlainJson.read(text);
    return plain.isPresent() ? request(text, plain.get(), true) : readStrictly(text);
  }

  private static Message readStrictly(String text) {
    String repaired = StrictJson.replaceUnpairedSurrogates(text);
    Optional<Map<String, Object>> object;
    try {
      object = StrictJson.object(repaired);
    } catch (IOException notJson) {
      return unreadable(text, ErrorCode.INVALID_JSON, "Invalid JSON format");
    }
    if (object.isEmpty()) {
      return unreadable(text, ErrorCode.INVALID_MESSAGE_FORMAT, "Message must be a JSON object");
    }
    return request(text, object.get(), repaired.equals(text));
  }

  /**
   * Reads the fields of a request. Even if one of them is wrong, the error repeats the type and the
   * id where these are right.
   *
   * @param isWellFormed whether every surrogate in the text is half of a pair
   */
  private static Message request(String text, Map<String, Object> object, boolean isWellFormed) {
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
        throw new ClientException(
            ErrorCode.INVALID_MESSAGE_FORMAT, "Message must not contain unpaired surrogates");
      }
      Fields data = fields.object("data").orElse(Fields.NONE);
      return new Message(type, data, id, text.length(), Optional.empty());
    } catch (ClientException fault) {
      return Message.unreadable(type, id, text.length(), fault);
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

  private static Message unreadable(String text, ErrorCode code, String sentence) {
    return Message.unreadable(
        Message.UNREADABLE, Optional.empty(), text.length(), new ClientException(code, sentence));
  }

  /**
   * Writes an event as a JSON object that ends with its timestamp.
   *
   * @param epochMillis the timestamp, in milliseconds since the Unix epoch
   */
  public String write(Event event, long epochMillis) {
    StringBuilder out = new StringBuilder(256).append('{');
    writeFields(event, out);
    out.append(",\"timestamp\":");
    writeSeconds(epochMillis, out);
    return out.append('}').toString();
  }

  /** Writes an event without a timestamp. */
  public String write(Event event) {
    StringBuilder out = new StringBuilder(256);
    writeObject(event, out);
    return out.toString();
  }

  private static void writeObject(Event event, StringBuilder out) {
    out.append('{');
    writeFields(event, out);
    out.append('}');
  }

  private static void writeFields(Event event, StringBuilder out) {
    List<Object> fields = event.namesAndValues();
    for (int i = 0; i < fields.size(); i += 2) {
      if (i > 0) {
        out.append(',');
      }
      out.append('"').append((String) fields.get(i)).append("\":");
      writeValue(fields.get(i + 1), out);
    }
  }

  private static void writeValue(Object value, StringBuilder out) {
    switch (value) {
      case String text -> writeString(text, out);
      case Long number -> out.append(number.longValue());
      case Boolean bool -> out.append(bool.booleanValue());
      case Event.Seconds seconds -> writeSeconds(seconds.millis(), out);
      case Event.Null none -> out.append("null");
      case Event.Json json -> out.append(json.text());
      case Event event -> writeObject(event, out);
      case List<?> list -> writeList(list, out);
      default -> throw new IllegalArgumentException("no JSON for " + value.getClass());
    }
  }

  private static void writeList(List<?> list, StringBuilder out) {
    out.append('[');
    String separator = "";
    for (Object value : list) {
      out.append(separator);
      writeValue(value, out);
      separator = ",";
    }
    out.append(']');
  }

  private static void writeSeconds(long millis, StringBuilder out) {
    long fraction = millis % 1000;
    out.append(millis / 1000).append('.');
    out.append((char) ('0' + fraction / 100));
    out.append((char) ('0' + fraction / 10 % 10)).append((char) ('0' + fraction % 10));
  }

  /** Escapes only the characters that RFC 8259 section 7 requires to be escaped. */
  private static void writeString(String text, StringBuilder out) {
    if (PlainJson.needsNoEscape(text) && text.indexOf('"') < 0) {
      out.append('"').append(text).append('"');
      return;
    }
    out.append('"');
    int unwritten = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= ' ' && c != '"' && c != '\\') {
        continue;
      }
      out.append(text, unwritten, i).append('\\');
      switch (c) {
        case '"', '\\' -> out.append(c);
        case '\n' -> out.append('n');
        case '\r' -> out.append('r');
        case '\t' -> out.append('t');
        default -> out.append("u00").append(c < 0x10 ? '0' : '1').append(HEX.charAt(c & 15));
      }
      unwritten = i + 1;
    }
    out.append(text, unwritten, text.length()).append('"');
  }
}
