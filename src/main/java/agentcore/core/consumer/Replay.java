package agentcore.core.consumer;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.Entry;
import agentcore.core.backend.LogPage;
import agentcore.core.backend.Position;
import agentcore.core.connection.LogEvents;
import agentcore.core.connection.Membership;
import agentcore.core.message.CloseCode;

/**
 * What a connection missed in a room: the entries behind the last that it saw, up to the place at
 * which it entered; what is later reaches it as a member. For the connection's reader thread.
 */
public final class Replay {
  private static final int PAGE_ENTRIES = 128;
  private static final int PAGE_BYTES = 128 * 1024;

  private final Session session;
  private final Membership membership;
  private final boolean isComplete;
  private LogPage page;

  Replay(Session session, Membership membership, Position lastSeen) {
    this.session = session;
    this.membership = membership;
    this.page = session.read(membership.room(), lastSeen, PAGE_ENTRIES, PAGE_BYTES);
    this.isComplete =
        page.status() == LogPage.Status.OK
            && lastSeen.epoch().equals(membership.entered().epoch())
            && lastSeen.seq() <= membership.entered().seq();
    session.resumed(isComplete);
  }

  /** Says whether the log continues from the last message that the client saw. */
  public boolean isComplete() {
    return isComplete;
  }

  /**
   * Sends it, if it is complete, a page at a time; waits while the outbox is full. Where the store
   * goes away half way, the connection is closed: the client resumes from where it got.
   */
  public void send() {
    try {
      sendPages();
    } catch (BackendException unreachable) {
      session.close(CloseCode.TRY_AGAIN_LATER);
    }
  }

  private void sendPages() {
    long end = membership.entered().seq();
    while (isComplete) {
      for (Entry entry : page.entries()) {
        if (entry.seq() > end) {
          return;
        }
        session.send(entry);
      }
      if (page.entries().isEmpty() || page.entries().getLast().seq() >= end) {
        return;
      }
      Position last = page.entries().getLast().position();
      page = session.read(membership.room(), last, PAGE_ENTRIES, PAGE_BYTES);
      if (page.status() != LogPage.Status.OK) { // trimmed meanwhile: a gap is never silent
        session.wasReset(page.status());
        session.send(LogEvents.reset(membership.room(), page.top(), page.status()));
        return;
      }
    }
  }
}
