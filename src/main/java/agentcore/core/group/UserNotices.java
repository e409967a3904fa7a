package agentcore.core.group;

import agentcore.core.backend.Entry;
import agentcore.core.backend.Member;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Subscriber;
import agentcore.core.connection.Connection;
import agentcore.core.connection.Frame;
import agentcore.core.connection.Safely;
import agentcore.core.message.CloseCode;
import java.util.concurrent.atomic.LongAdder;

/**
 * Delivers the notices for a user to one of the user's connections. The group of a user has no log.
 *
 * @param delivered counts the notices
 */
record UserNotices(Connection connection, LongAdder delivered) implements Subscriber {
  /** Returns the notice that closes a connection. */
  static Notice closing(Member connection, CloseCode code) {
    return Notice.close(connection.channel(), code.number() + " " + code.reason());
  }

  @Override
  public void onNotice(Notice notice) {
    if (notice.kind() == Notice.Kind.CLOSE && notice.target().equals(connection.channel())) {
      close(notice.text());
    } else if (Members.isMeantFor(connection.channel(), notice)) {
      Safely.run(
          "delivering a notice to a user", () -> connection.deliver(Frame.text(notice.text())));
      delivered.increment();
    }
  }

  /** Closes on another thread: this one must not block. */
  private void close(String numberAndReason) {
    String[] parts = numberAndReason.split(" ", 2);
    CloseCode code = new CloseCode(Integer.parseInt(parts[0]), parts[1]);
    Safely.runInBackground("closer-" + connection, () -> connection.close(code));
  }

  @Override
  public void onEntry(Entry entry, String previousId) {}

  @Override
  public void flush() {}

  @Override
  public void onGap() {}
}
