package agentcore.example;

import agentcore.core.backend.Position;
import agentcore.core.consumer.Session;
import agentcore.core.message.Fields;
import agentcore.core.message.Message;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads the position of the last message that a returning client saw. */
final class Resume {
  private static final String SEQ_PATTERN = "[0-9]{1,18}";

  /** A position that fits no log. */
  private static final Position NOWHERE = new Position("?", 0, "");

  private Resume() {}

  /** Reads it from a request; empty if the client does not resume. */
  static Optional<Position> of(Message message) {
    return of(message.data());
  }

  /** Reads it from a part of a request; empty if the client does not resume. */
  static Optional<Position> of(Fields data) {
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

  /** Reads it from the upgrade request; a malformed position fits no log. */
  static Optional<Position> of(Session session) {
    return position(session, "");
  }

  /** Reads in the same way what the client has seen of the log of its user. */
  static Optional<Position> inbox(Session session) {
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
}
