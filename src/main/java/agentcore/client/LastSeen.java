package agentcore.client;

import agentcore.client.connection.Frame;
import agentcore.client.rooms.LogPosition;

/**
 * The position of the last message that a program has seen in a room.
 *
 * @param epoch identifies the log; empty if nothing was seen
 * @param seq the position within the epoch
 * @param messageId the id of the message; empty if unknown, and then the server checks the epoch
 *     alone
 */
public record LastSeen(String epoch, long seq, String messageId) {
  /** Nothing was seen. */
  public static final LastSeen NOTHING = new LastSeen("", 0, "");

  /** Returns the position in the data of a request to join. */
  static LastSeen ofRequest(Frame data) {
    return new LastSeen(data.text("epoch"), data.number("since"), data.text("message_id"));
  }

  /** Returns the position from which the client resumes. */
  LogPosition position() {
    return new LogPosition(epoch, seq, messageId, true);
  }

  /** Returns the position of an event that has {@code seq} and {@code epoch}. */
  public static LastSeen of(ChatEvent event) {
    return new LastSeen(event.text("epoch"), event.number("seq"), event.text("message_id"));
  }
}
