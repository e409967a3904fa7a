package agentcore.example;

import agentcore.core.backend.Log.PublishResult;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Position;
import agentcore.core.backend.Room;
import agentcore.core.consumer.Membership;
import agentcore.core.consumer.Session;
import agentcore.core.message.ClientException;
import agentcore.core.message.ErrorCode;
import agentcore.core.message.Event;
import agentcore.core.message.Fields;
import agentcore.core.message.Message;
import agentcore.core.message.Names;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads the fields that several requests share, and finds the rooms that they name. */
public final class Requests {
  static final int MAX_ROOM_NAME_LENGTH = 50;

  /** Begins the name of an author that is a program: no user id holds a slash. */
  public static final String PROGRAM = "/";

  private static final int DEFAULT_LIMIT = 50;

  private static final String SEQ_PATTERN = "[0-9]{1,18}";

  /** A position that fits no log. */
  private static final Position NOWHERE = new Position("?", 0, "");

  private Requests() {}

  /** Returns the room name in {@code field}, trimmed. */
  static String roomName(Message message, String field) {
    return roomName(message.data().string(field).orElse(""), field);
  }

  /** Checks and returns the room name that {@code field} contains, trimmed. */
  public static String roomName(String text, String field) {
    String name = Names.trim(text);
    require(!name.isEmpty(), "Room name is required");
    requireNoControl(name, field);
    require(
        Names.length(name) <= MAX_ROOM_NAME_LENGTH,
        "Room name too long (max " + MAX_ROOM_NAME_LENGTH + " characters)");
    return name;
  }

  /** Returns the text, trimmed. */
  static String text(Message message, int maxLength) {
    return text(message.data(), maxLength);
  }

  /** Returns the text of a message, trimmed, or refuses it. */
  public static String text(Fields data, int maxLength) {
    String text = Names.trim(data.string("text").orElse(""));
    require(!text.isEmpty(), "Message text is required");
    if (Names.length(text) > maxLength) { // `require` would compose the sentence for each message
      throw invalid("Message too long (max " + maxLength + " characters)");
    }
    return text;
  }

  /** Returns the user or the connection that a request names, trimmed. */
  static String target(Message message) {
    String target = Names.trim(message.data().string("target_user_id").orElse(""));
    require(!target.isEmpty(), "Target user ID is required");
    requireNoControl(target, "target_user_id");
    return target;
  }

  /** Returns the user that a request names by the user's id or by the name of a connection. */
  static String user(Message message) {
    return Recipients.userOf(target(message)).orElseThrow(Requests::userNotFound);
  }

  /** Returns whether a request is about a user; otherwise it is about a room. */
  static boolean isPrivate(Message message) {
    boolean namesUser = message.data().string("target_user_id").isPresent();
    require(
        namesUser != message.data().string("room").isPresent(),
        "Either room or target_user_id is required");
    return namesUser;
  }

  /** Returns the notice of an event for the other connections of the session's user. */
  static Notice toOtherDevices(Session session, Event event) {
    return Notice.everyoneBut(session.channel(), session.text(event));
  }

  /** Returns the session's membership of a room, or refuses with NOT_IN_ROOM. */
  static Membership membership(Session session, String roomName) {
    return session.membership(roomName).orElseThrow(() -> notInRoom(roomName));
  }

  /** Returns a room that the session may see: a public one, or one that it is in. */
  static Room visibleRoom(Session session, String name) {
    return session
        .membership(name)
        .map(Membership::room)
        .or(() -> session.directory().find(name).filter(Room::isPublic))
        .orElseThrow(() -> roomNotFound(name));
  }

  /** Returns the most messages that a request wants. */
  static int limit(Message message, int max) {
    long limit = message.data().integer("limit").orElse(Math.min(DEFAULT_LIMIT, max));
    require(limit >= 1 && limit <= max, "Limit must be between 1 and " + max);
    return (int) limit;
  }

  /** Returns the seq before which a request wants messages. */
  static long before(Message message) {
    OptionalLong before = message.data().integer("before");
    if (before.isPresent() && before.getAsLong() < 1) {
      throw Fields.wrongKind("before", "an integer of at least 1");
    }
    return before.orElse(Long.MAX_VALUE);
  }

  /** Returns what a request says it has seen of a log; empty if the client does not resume. */
  static Optional<Position> lastSeen(Message message) {
    return lastSeen(message.data());
  }

  /** Returns it from a part of a request. */
  static Optional<Position> lastSeen(Fields data) {
    String epoch = data.string("epoch").orElse("");
    OptionalLong since = data.integer("since");
    String id = data.string("message_id").orElse("");
    if (since.isEmpty()) {
      return Optional.empty();
    }
    if (since.getAsLong() < 0) {
      throw Fields.wrongKind("since", "an integer of at least 0");
    }
    return Optional.of(new Position(epoch, since.getAsLong(), id));
  }

  /** Returns it from the upgrade request; a malformed position fits no log. */
  static Optional<Position> lastSeen(Session session) {
    return position(session, "");
  }

  /** Returns in the same way what the client has seen of the log of its user. */
  static Optional<Position> lastSeenInInbox(Session session) {
    return position(session, "inbox_");
  }

  private static Optional<Position> position(Session session, String prefix) {
    return session
        .parameter(prefix + "since")
        .map(
            since ->
                since.matches(SEQ_PATTERN)
                    ? new Position(
                        session.parameter(prefix + "epoch").orElse(""),
                        Long.parseLong(since),
                        session.parameter(prefix + "message_id").orElse(""))
                    : NOWHERE);
  }

  /** Returns a result, or refuses a request whose id was used for another text. */
  public static PublishResult unlessConflict(PublishResult result) {
    require(result.outcome() != PublishResult.Outcome.CONFLICT, "Message id already used");
    return result;
  }

  static ClientException notInRoom(String name) {
    return new ClientException(ChatCodes.NOT_IN_ROOM, "Not in room: " + name);
  }

  /** Returns the refusal of a request for a room that does not exist. */
  public static ClientException roomNotFound(String name) {
    return new ClientException(ChatCodes.ROOM_NOT_FOUND, "Room not found: " + name);
  }

  /** Returns the refusal of a request for a user who is not online, or not known. */
  public static ClientException userNotFound() {
    return new ClientException(ChatCodes.USER_NOT_FOUND, "User not found");
  }

  /** Refuses a request with VALIDATION_FAILED unless something holds. */
  public static void require(boolean holds, String sentence) {
    if (!holds) {
      throw invalid(sentence);
    }
  }

  private static ClientException invalid(String sentence) {
    return new ClientException(ErrorCode.VALIDATION_FAILED, sentence);
  }

  private static void requireNoControl(String name, String field) {
    if (Names.hasControl(name)) {
      throw Fields.wrongKind(field, "without control characters");
    }
  }
}
