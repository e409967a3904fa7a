package agentcore.core.dispatch;

import agentcore.core.backend.IdempotencyKey;
import agentcore.core.backend.Log.PublishResult;
import agentcore.core.backend.Position;
import agentcore.core.consumer.Inbox;
import agentcore.core.consumer.Replay;
import agentcore.core.consumer.Session;
import agentcore.core.group.InboxFollower;
import agentcore.core.group.LogEvents;
import agentcore.core.message.Event;
import agentcore.core.message.Message;
import agentcore.core.message.Post;
import java.util.Optional;

/** The log of the user of a session. */
record SessionInbox(ConnectionSession session, InboxFollower follower) implements Inbox {
  @Override
  public Position entered() {
    return follower.entered();
  }

  @Override
  public Position position() {
    return follower.position();
  }

  @Override
  public Replay replay(Position lastSeen) {
    session.requireReader("inbox().replay");
    boolean sawNoLog = lastSeen.equals(Position.UNKNOWN);
    Position from = sawNoLog ? Position.beginning(entered().epoch()) : lastSeen;
    return new LogReplay(session, follower.id(), entered(), from, LogEvents::inboxReset);
  }

  @Override
  public Session.History history(long before, int limit, int maxBytes) {
    return session.history(follower.id(), before, limit, maxBytes);
  }

  @Override
  public PublishResult answer(Message request, Event event, Optional<IdempotencyKey> key) {
    session.requireReader("inbox().answer");
    session.sendPendingReplies();
    InboxFollower.Answered answered =
        follower.answer(request.id(), session.manager.draft(Post.of(event)), key);
    PublishResult result = answered.result();
    if (!answered.isSent() && result.outcome() != PublishResult.Outcome.CONFLICT) {
      session.reply(request, LogEvents.placed(event, result));
    }
    return result;
  }
}
