package agentcore.example;

import agentcore.core.Config;
import agentcore.core.Setting;
import agentcore.core.backend.Position;
import agentcore.core.consumer.Replay;
import agentcore.core.consumer.Session;
import agentcore.core.message.Event;
import agentcore.core.message.Fields;
import agentcore.core.message.Message;

/** Reads the log of the session's user, and resumes it. */
final class Inboxes {
  private final int inboxSize;

  /** Sends an event as the reply to a request, or without one. */
  @FunctionalInterface
  private interface Reply {
    void send(Event event);
  }

  Inboxes(Config config) {
    this.inboxSize = config.integer(Setting.INBOX_SIZE);
  }

  /** Handles {@code get_inbox}. */
  void history(Session session, Message message) {
    int limit = Requests.limit(message, inboxSize);
    long before = Requests.before(message);
    Session.History history = session.inbox().history(before, limit, Messages.MAX_HISTORY_BYTES);
    session.reply(message, Messages.describe(Event.of("inbox"), history));
  }

  /** Handles {@code resume_inbox}. */
  void resume(Session session, Message message) {
    Position lastSeen =
        Resume.of(message).orElseThrow(() -> Fields.wrongKind("since", "an integer of at least 0"));
    resume(session, lastSeen, event -> session.reply(message, event));
  }

  /** Resumes the log of a client that said while connecting what it has seen. */
  static void resume(Session session) {
    Resume.inbox(session).ifPresent(lastSeen -> resume(session, lastSeen, session::send));
  }

  private static void resume(Session session, Position lastSeen, Reply reply) {
    Replay replay = session.inbox().replay(lastSeen);
    Event resumed = Rooms.place(Event.of("inbox_resumed"), session.inbox().entered());
    reply.send(resumed.with("recovered", replay.isComplete()));
    replay.send();
  }

  /** Returns the welcome with the position of the log, if there is one. */
  static Event describe(Event welcome, Session session) {
    Position entered = session.inbox().entered();
    return entered.equals(Position.UNKNOWN)
        ? welcome
        : welcome.with("inbox_seq", entered.seq()).with("inbox_epoch", entered.epoch());
  }
}
