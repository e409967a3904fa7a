package agentcore.client;

import com.google.gson.JsonObject;

/** The position of the last message that a client has seen in a log. */
final class LogPosition {
  /** How a message follows the last one. */
  enum Order {
    /** It was seen before. */
    KNOWN,
    /** It is the next one. */
    NEXT,
    /** Messages before it are missing. */
    HOLE
  }

  private LastSeen seen;

  private boolean isSeen;

  /**
   * Creates a position.
   *
   * @param isSeen false if the application has seen no message, so that none can be missing on
   *     arrival
   */
  LogPosition(LastSeen seen, boolean isSeen) {
    this.seen = seen;
    this.isSeen = isSeen;
  }

  /** Returns whether the application has seen messages up to this position, or begins here. */
  boolean isSeen() {
    return isSeen;
  }

  String epoch() {
    return seen.epoch();
  }

  long seq() {
    return seen.seq();
  }

  boolean isUnknown() {
    return seen.epoch().isEmpty();
  }

  /** Adds the fields with which a request resumes; none if the room is new. */
  void addTo(JsonObject data) {
    if (isUnknown()) {
      return;
    }
    data.addProperty("epoch", seen.epoch());
    data.addProperty("since", seen.seq());
    if (!seen.messageId().isEmpty()) {
      data.addProperty("message_id", seen.messageId());
    }
  }

  /** Moves to the position of a frame. */
  void go(ChatEvent frame) {
    seen = LastSeen.of(frame);
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
  boolean arrive(ChatEvent frame, Recovered recovered, boolean wasIn) {
    boolean isNew = isUnknown() || !isSeen;
    isSeen = true;
    boolean isSameLog = seen.epoch().equals(frame.text("epoch"));
    if (isSameLog && recovered == Recovered.YES) {
      return false; // the missed messages follow
    }
    boolean isHere =
        isSameLog && seen.seq() == frame.number("seq") && (wasIn || recovered != Recovered.NO);
    if (!isHere) {
      go(frame);
    }
    return !isNew && !isHere;
  }

  /** Moves to the position of a message. */
  Order read(ChatEvent message) {
    boolean isNew = isUnknown();
    boolean isSameLog = seen.epoch().equals(message.text("epoch"));
    long seq = message.number("seq");
    if (isSameLog && seq <= seen.seq()) {
      return Order.KNOWN;
    }
    boolean isNext = isNew || (isSameLog && seq == seen.seq() + 1);
    go(message);
    return isNext ? Order.NEXT : Order.HOLE;
  }

  /** Whether the missed messages follow. */
  enum Recovered {
    YES,
    NO,
    UNSAID;

    static Recovered of(ChatEvent frame) {
      if (!frame.has("recovered")) {
        return UNSAID;
      }
      return frame.is("recovered") ? YES : NO;
    }
  }
}
