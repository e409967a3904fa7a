package agentcore.client;

import agentcore.client.connection.Frame;
import java.util.List;
import java.util.Optional;

/**
 * A frame of the server, or an event of the client itself. A field that is missing or has another
 * type reads as empty, so that a program also works with a newer server. Immutable.
 *
 * <p>The events of the client are:
 *
 * <ul>
 *   <li>{@code state} with {@code state} ({@code connecting}, {@code online}, {@code waiting} or
 *       {@code closed}), and after an end {@code code}, {@code reason} and {@code retryIn} in
 *       milliseconds. Without a close code of the server, {@code code} is 1006 or the one that fits
 *       best, and {@code reason} is a sentence
 *   <li>{@code gap} with {@code room} and {@code reason}: messages of this room may be missing
 *       before the next one; read the history
 *   <li>{@code inbox_gap} with {@code reason}: entries of the user's log may be missing before the
 *       next one; request {@code get_inbox}
 *   <li>{@code room_lost} with {@code room}, {@code reason} and {@code message}, a sentence: the
 *       client is no longer in this room, although it did not leave
 *   <li>{@code unread} with {@code room} or {@code username}, {@code unread} and {@code mentions}:
 *       these numbers have changed
 * </ul>
 */
public final class ChatEvent {
  /** An event without fields. */
  public static final ChatEvent EMPTY = new ChatEvent(Frame.EMPTY);

  private final Frame frame;

  ChatEvent(Frame frame) {
    this.frame = frame;
  }

  /** Parses an event; empty if the text is not a JSON object. */
  public static Optional<ChatEvent> parse(String text) {
    return Frame.parse(text).map(ChatEvent::new);
  }

  /** Returns the type of the event. */
  public String type() {
    return frame.type();
  }

  /** Returns a string, or {@code ""}. */
  public String text(String name) {
    return frame.text(name);
  }

  /** Returns a number without its fraction, or 0. */
  public long number(String name) {
    return frame.number(name);
  }

  /** Returns a number, or 0. Times are seconds since 1970. */
  public double decimal(String name) {
    return frame.decimal(name);
  }

  /** Returns whether a field is true. */
  public boolean is(String name) {
    return frame.is(name);
  }

  /** Returns whether there is a field of any type. */
  public boolean has(String name) {
    return frame.has(name);
  }

  /** Returns the objects in a list, such as the {@code messages} of a history. */
  public List<ChatEvent> objects(String name) {
    return frame.objects(name).stream().map(ChatEvent::new).toList();
  }

  /** Returns the strings in a list. */
  public List<String> texts(String name) {
    return frame.texts(name);
  }

  /** Returns the event as JSON. */
  public String json() {
    return frame.toString();
  }

  @Override
  public String toString() {
    return json();
  }
}
