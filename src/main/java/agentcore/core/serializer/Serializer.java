package agentcore.core.serializer;

import agentcore.core.message.Event;
import agentcore.core.message.Message;

/** Between text and meaning. Implementations are safe for all threads. */
public interface Serializer {
  /**
   * Reads one text frame. Never throws: what is no valid request comes back with its fault.
   *
   * @param text the frame's text
   */
  Message read(String text);

  /**
   * Writes an event as one JSON object that ends with its timestamp.
   *
   * @param epochMillis the timestamp, in milliseconds since the Unix epoch
   */
  String write(Event event, long epochMillis);

  /** Writes an event without a timestamp. */
  String write(Event event);

  /** Returns the JSON object {@code text} with the fields of {@code more} at its end. */
  String extend(String text, Event more);
}
