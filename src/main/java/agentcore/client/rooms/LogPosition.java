package agentcore.client.rooms;

import agentcore.client.connection.Frame;
import com.google.gson.JsonObject;

/** The position of the last message that a client has seen in a log. */
public final class LogPosition {
  /** How a message follows the last one. */
  enum Order {
    /** It was seen before. */
    KNOWN,
    /** It is the next one. */
    NEXT,
    /** Messages before it are missing. */
    HOLE
  }

  /** Identifies the log; empty if nothing was seen. */
  private String epoch;

  private long seq;

  /** Empty if unknown, and then the server checks the epoch alone. */
  private String messageId;

  private boolean isSeen;

  /**
   * Creates a position.
   *
   * @param isSeen false if the application has seen no message, so that none can be missing on
   *     arrival
   */
  public LogPosition(String epoch, long seq, String messageId, boolean isSeen) {
    this.epoch = epoch;
    this.seq = seq;
    this.messageId = messageId;
    this.isSeen = isSeen;
  }

  /** Returns the position in a log of which the application has seen all, as far as known. */
  static LogPosition unknown() {
    return new LogPosition("", 0, "", true);
  }

  /** Returns whether the application has seen messages up to this position, or begins here. */
  boolean isSeen() {
    return isSeen;
  }

  String epoch() {
    return epoch;
  }

  long seq() {
    return seq;
  }

  boolean isUnknown() {
    return epoch.isEmpty();
  }

  /** Adds the fields with which a request resumes; none if the room is new. */
  void addTo(JsonObject data) {
    if (isUnknown()) {
      return;
    }
    data.addProperty("epoch", epoch);
    data.addProperty("since", seq);
    if (!messageId.isEmpty()) {
      data.addProperty("message_id", messageId);
    }
  }

  /** Moves to the position of a frame. */
  void go(Frame frame) {
    epoch = frame.text("epoch");
    seq = frame.number("seq");
    messageId = frame.text("message_id");
  }

  /**
   * Notes that the connection is in the room, by {@code welcome} or {@code room_joined}. Returns
   * whether messages may be missing.
   *
   * @param recovered what the frame says about the position of the request; {@code UNSAID} if it is
   *     about another room
   * @param wasIn whether the connection was already in, so that all messages up to the frame have
   *     arrived
   */
  boolean arrive(Frame frame, Recovered recovered, boolean wasIn) {
    boolean isNew = isUnknown() || !isSeen;
    isSeen = true;
    boolean isSameLog = epoch.equals(frame.text("epoch"));
    if (isSameLog && recovered == Recovered.YES) {
      return false; // the missed messages follow
    }
    boolean isHere =
        isSameLog && seq == frame.number("seq") && (wasIn || recovered != Recovered.NO);
    if (!isHere) {
      go(frame);
    }
    return !isNew && !isHere;
  }

  /** Moves to the position of a message. */
  Order read(Frame message) {
    boolean isNew = isUnknown();
    boolean isSameLog = epoch.equals(message.text("epoch"));
    long next = message.number("seq");
    if (isSameLog && next <= seq) {
      return Order.KNOWN;
    }
    boolean isNext = isNew || (isSameLog && next == seq + 1);
    go(message);
    return isNext ? Order.NEXT : Order.HOLE;
  }

  /** Whether the missed messages follow. */
  enum Recovered {
    YES,
    NO,
    UNSAID;

    static Recovered of(Frame frame) {
      if (!frame.has("recovered")) {
        return UNSAID;
      }
      return frame.is("recovered") ? YES : NO;
    }
  }
}
