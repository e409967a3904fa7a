package agentcore.core.serializer;

import agentcore.core.message.Event;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;

/** Writes JSON as UTF-8 bytes. It escapes only what RFC 8259 section 7 requires to be escaped. */
final class JsonWriter implements BiConsumer<String, Object> {
  /** A string that is no longer is copied character by character, without an array between. */
  private static final int SHORT = 32;

  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  /** The most bytes that one byte can become: a backslash, u, and four digits. */
  private static final int MAX_ESCAPE_BYTES = 6;

  private byte[] bytes;
  private int end;

  /**
   * Creates an empty text.
   *
   * @param capacity the expected length in bytes; the text may be longer
   */
  JsonWriter(int capacity) {
    this.bytes = new byte[capacity];
  }

  /** Returns the text in an array of its length. The writer must not be used afterwards. */
  byte[] toBytes() {
    return end == bytes.length ? bytes : Arrays.copyOf(bytes, end);
  }

  @Override
  public String toString() {
    return new String(bytes, 0, end, StandardCharsets.UTF_8);
  }

  void object(Event event) {
    raw('{');
    event.forEachField(this);
    raw('}');
  }

  /** Adds a field to the object that has been begun. */
  @Override
  public void accept(String name, Object value) {
    if (bytes[end - 1] != '{') {
      raw(',');
    }
    string(name);
    raw(':');
    value(value);
  }

  private void value(Object value) {
    switch (value) {
      case String text -> string(text);
      case Long number -> number(number);
      case Boolean bool -> raw(bool ? "true" : "false");
      case Event.Seconds seconds -> seconds(seconds.millis());
      case Event.Null none -> raw("null");
      case Event.Json json -> raw(json.text().getBytes(StandardCharsets.UTF_8));
      case Event event -> object(event);
      case List<?> list -> list(list);
      default -> throw new IllegalArgumentException("no JSON for " + value.getClass());
    }
  }

  private void list(List<?> list) {
    raw('[');
    for (int i = 0; i < list.size(); i++) {
      if (i > 0) {
        raw(',');
      }
      value(list.get(i));
    }
    raw(']');
  }

  private void seconds(long millis) {
    number(millis / 1000);
    long fraction = millis % 1000;
    raw('.');
    raw((char) ('0' + fraction / 100));
    raw((char) ('0' + fraction / 10 % 10));
    raw((char) ('0' + fraction % 10));
  }

  private void number(long number) {
    if (number < 0) {
      raw(Long.toString(number));
      return;
    }
    int digits = 1;
    for (long rest = number; rest >= 10; rest /= 10) {
      digits++;
    }
    reserve(digits);
    long rest = number;
    for (int i = end + digits - 1; i >= end; i--) {
      bytes[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    end += digits;
  }

  private void string(String text) {
    raw('"');
    if (text.length() > SHORT || !plain(text)) {
      escaped(text.getBytes(StandardCharsets.UTF_8));
    }
    raw('"');
  }

  /** Adds a text of ASCII characters without escapes, or adds nothing and returns false. */
  private boolean plain(String text) {
    int length = text.length();
    reserve(length);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c < ' ' || c > '~' || c == '"' || c == '\\') {
        return false;
      }
      bytes[end + i] = (byte) c;
    }
    end += length;
    return true;
  }

  private void escaped(byte[] utf8) {
    int from = 0;
    int special = PlainJson.indexOfSpecial(utf8, 0, utf8.length);
    while (special < utf8.length) {
      raw(utf8, from, special);
      escape(utf8[special]);
      from = special + 1;
      special = PlainJson.indexOfSpecial(utf8, from, utf8.length);
    }
    raw(utf8, from, utf8.length);
  }

  private void escape(byte special) {
    reserve(MAX_ESCAPE_BYTES);
    raw('\\');
    switch (special) {
      case '"', '\\' -> raw((char) special);
      case '\n' -> raw('n');
      case '\r' -> raw('r');
      case '\t' -> raw('t');
      default -> {
        raw("u00");
        raw((char) HEX[special >> 4]);
        raw((char) HEX[special & 0xf]);
      }
    }
  }

  private void raw(char ascii) {
    reserve(1);
    bytes[end++] = (byte) ascii;
  }

  private void raw(String ascii) {
    for (int i = 0; i < ascii.length(); i++) {
      raw(ascii.charAt(i));
    }
  }

  private void raw(byte[] utf8) {
    raw(utf8, 0, utf8.length);
  }

  private void raw(byte[] utf8, int from, int to) {
    reserve(to - from);
    System.arraycopy(utf8, from, bytes, end, to - from);
    end += to - from;
  }

  private void reserve(int more) {
    if (more > bytes.length - end) {
      bytes = Arrays.copyOf(bytes, Math.max(end + more, 2 * bytes.length));
    }
  }
}
