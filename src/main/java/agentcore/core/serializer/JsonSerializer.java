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

/**
 * The protocol's JSON: strict in (RFC 8259, nothing after the value, at most 32 deep), flat out.
 */
public final class JsonSerializer implements Serializer {
  private static final int MAX_ID_LENGTH = 64;
  private static final int MAX_REPEATED_TYPE_LENGTH = 64;
  private static final char REPLACEMENT = '\ufffd';
  private static final String HEX = "0123456789abcdef";

  /** Makes the serializer; it has no state. */
  public JsonSerializer() {}

  @Override
  public Message read(String text) {
    Optional<Map<String, Object>> plain = PlainJson.read(text);
    return plain.isPresent() ? read(text, true, plain.get()) : readStrictly(text);
  }

  private static Message readStrictly(String text) {
    String sound = StrictJson.withoutUnpairedSurrogates(text);
    Optional<Map<String, Object>> root;
    try {
      root = StrictJson.object(sound);
    } catch (IOException notJson) {
      return unreadable(text, ErrorCode.INVALID_JSON, "Invalid JSON format");
    }
    if (root.isEmpty()) {
      return unreadable(text, ErrorCode.INVALID_MESSAGE_FORMAT, "Message must be a JSON object");
    }
    return read(text, sound.equals(text), root.get());
  }

  private static Message read(String text, boolean isSound, Map<String, Object> root) {
    Fields top = Fields.of(root);
    String type = Message.UNREADABLE;
    Optional<String> id = Optional.empty();
    try {
      id = validId(root).filter(value -> isSound || value.indexOf(REPLACEMENT) < 0);
      String wholeType = typeOf(top);
      if (isSound || wholeType.indexOf(REPLACEMENT) < 0) {
        type = Names.cut(wholeType, MAX_REPEATED_TYPE_LENGTH);
      }
      if (id.isEmpty() && top.string("id").isPresent()) {
        throw wrongId();
      }
      if (!isSound) {
        throw new ClientException(
            ErrorCode.INVALID_MESSAGE_FORMAT, "Message must not contain unpaired surrogates");
      }
      return new Message(
          type, top.object("data").orElse(Fields.NONE), id, text.length(), Optional.empty());
    } catch (ClientException fault) {
      return Message.unreadable(type, id, text.length(), fault);
    }
  }

  private static String typeOf(Fields top) {
    String type = top.string("type").orElse("");
    if (type.isEmpty()) {
      throw new ClientException(ErrorCode.MISSING_MESSAGE_TYPE, "Message type is required");
    }
    return type;
  }

  /** Returns the id, if it is one: every error repeats it then, whatever else is wrong. */
  private static Optional<String> validId(Map<String, Object> root) {
    if (!(root.get("id") instanceof String id)) {
      return Optional.empty();
    }
    int length = Names.length(id);
    return length < 1 || length > MAX_ID_LENGTH ? Optional.empty() : Optional.of(id);
  }

  private static ClientException wrongId() {
    return Fields.wrongKind("id", "a string of 1 to " + MAX_ID_LENGTH + " characters");
  }

  private static Message unreadable(String text, ErrorCode code, String sentence) {
    return Message.unreadable(
        Message.UNREADABLE, Optional.empty(), text.length(), new ClientException(code, sentence));
  }

  @Override
  public String write(Event event, long epochMillis) {
    StringBuilder out = new StringBuilder(256).append('{');
    writeFields(event, out);
    out.append(",\"timestamp\":");
    writeSeconds(epochMillis, out);
    return out.append('}').toString();
  }

  @Override
  public String write(Event event) {
    StringBuilder out = new StringBuilder(256);
    writeObject(event, out);
    return out.toString();
  }

  @Override
  public String extend(String text, Event more) {
    StringBuilder out = new StringBuilder(text.length() + 96);
    out.append(text, 0, text.length() - 1).append(',');
    writeFields(more, out);
    return out.append('}').toString();
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

  /** Escapes what RFC 8259 section 7 demands, and nothing else: the rest goes out as UTF-8. */
  private static void writeString(String text, StringBuilder out) {
    if (PlainText.is(text) && text.indexOf('"') < 0) {
      out.append('"').append(text).append('"');
      return;
    }
    out.append('"');
    int plainFrom = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= ' ' && c != '"' && c != '\\') {
        continue;
      }
      out.append(text, plainFrom, i).append('\\');
      switch (c) {
        case '"', '\\' -> out.append(c);
        case '\n' -> out.append('n');
        case '\r' -> out.append('r');
        case '\t' -> out.append('t');
        default -> out.append("u00").append(c < 0x10 ? '0' : '1').append(HEX.charAt(c & 15));
      }
      plainFrom = i + 1;
    }
    out.append(text, plainFrom, text.length()).append('"');
  }
}
