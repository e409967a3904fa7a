package agentcore.core.dispatch;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.Entry;
import agentcore.core.backend.LogPage;
import agentcore.core.backend.Position;
import agentcore.core.consumer.Membership;
import agentcore.core.consumer.Replay;
import agentcore.core.group.LogEvents;
import agentcore.core.message.CloseCode;

/** A replay that reads the log page by page, so that at most one page of it is in memory. */
final class LogReplay implements Replay {
  private static final int PAGE_ENTRIES = 128;
  private static final int PAGE_BYTES = 128 * 1024;

  private final ConnectionSession session;
  private final Membership membership;
  private final boolean isComplete;
  private LogPage page;

  LogReplay(ConnectionSession session, Membership membership, Position lastSeen) {
    this.session = session;
    this.membership = membership;
    this.page = session.read(membership.room(), lastSeen, PAGE_ENTRIES, PAGE_BYTES);
    this.isComplete =
        page.status() == LogPage.Status.OK
            && lastSeen.epoch().equals(membership.entered().epoch())
            && lastSeen.seq() <= membership.entered().seq();
    session.resumed(isComplete);
  }

  @Override
  public boolean isComplete() {
    return isComplete;
  }

  @Override
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
      if (page.status() != LogPage.Status.OK) { // trimmed meanwhile: report the gap
        session.reset(page.status());
        session.send(LogEvents.reset(membership.room(), page.top(), page.status()));
        return;
      }
    }
  }
}
