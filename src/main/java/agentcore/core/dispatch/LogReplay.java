package agentcore.core.dispatch;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.Entry;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.LogPage;
import agentcore.core.backend.Position;
import agentcore.core.consumer.Replay;
import agentcore.core.message.CloseCode;
import agentcore.core.message.Event;
import java.util.List;
import java.util.function.BiFunction;

/** A replay that reads the log page by page, so that at most one page of it is in memory. */
final class LogReplay implements Replay {
  private static final int PAGE_ENTRIES = 128;
  private static final int PAGE_BYTES = 128 * 1024;

  private final ConnectionSession session;
  private final GroupId group;
  private final Position entered;
  private final BiFunction<Position, LogPage.Status, Event> reset;
  private final boolean isComplete;
  private LogPage page;

  /**
   * Reads the first page, unless the client has missed nothing.
   *
   * @param entered the position up to which the log is replayed
   * @param reset returns the event that reports a gap, from the position behind it
   */
  LogReplay(
      ConnectionSession session,
      GroupId group,
      Position entered,
      Position lastSeen,
      BiFunction<Position, LogPage.Status, Event> reset) {
    this.session = session;
    this.group = group;
    this.entered = entered;
    this.reset = reset;
    this.page =
        lastSeen.equals(entered)
            ? new LogPage(LogPage.Status.OK, entered, List.of(), false)
            : session.read(group, lastSeen, PAGE_ENTRIES, PAGE_BYTES);
    this.isComplete =
        page.status() == LogPage.Status.OK
            && lastSeen.epoch().equals(entered.epoch())
            && lastSeen.seq() <= entered.seq();
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
    long end = entered.seq();
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
      page = session.read(group, last, PAGE_ENTRIES, PAGE_BYTES);
      if (page.status() != LogPage.Status.OK) { // trimmed or lost meanwhile: report the gap
        session.reset(page.status());
        session.send(reset.apply(entered, page.status())); // what came later is delivered next
        return;
      }
    }
  }
}
