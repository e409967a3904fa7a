package agentcore.core.group;

import agentcore.core.backend.Entry;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Subscriber;
import agentcore.core.connection.Connection;
import agentcore.core.connection.Frame;
import agentcore.core.connection.Safely;
import java.util.concurrent.atomic.LongAdder;

/**
 * Delivers the notices for a user to one of the user's connections. The group of a user has no log.
 *
 * @param delivered counts the notices
 */
record UserNotices(Connection connection, LongAdder delivered) implements Subscriber {
  @Override
  public void onNotice(Notice notice) {
    if (Members.isMeantFor(connection.channel(), notice)) {
      Safely.run(
          "delivering a notice to a user", () -> connection.deliver(Frame.text(notice.text())));
      delivered.increment();
    }
  }

  @Override
  public void onEntry(Entry entry, String previousId) {}

  @Override
  public void flush() {}

  @Override
  public void onGap() {}
}
