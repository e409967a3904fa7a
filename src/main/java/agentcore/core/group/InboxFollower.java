package agentcore.core.group;

import agentcore.core.backend.Draft;
import agentcore.core.backend.Entry;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.IdempotencyKey;
import agentcore.core.backend.Log.PublishResult;
import agentcore.core.backend.LogPage;
import agentcore.core.backend.Member;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Position;
import agentcore.core.backend.Subscriber;
import agentcore.core.connection.Connection;
import agentcore.core.connection.Frame;
import agentcore.core.connection.Safely;
import agentcore.core.message.CloseCode;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Follows the log of a user, the inbox, for one connection of that user, and receives the notices
 * for the user.
 *
 * <p>While nobody writes to the user, this object is all that an inbox costs. A user has few
 * connections, therefore each one has a {@link LogFollower} of its own.
 *
 * <p>The lock guards the position and the delivery, and is held while the log is read. A thread
 * that brings news never waits for it: while another thread reads, the news only requests another
 * reading.
 */
public final class InboxFollower implements Subscriber {
  private final Connection connection;
  private final Groups groups;
  private final ReentrantLock lock = new ReentrantLock();
  private final LogFollower follower;
  private volatile Position entered = Position.UNKNOWN;

  /** The answer that is being appended, until it is delivered. */
  private volatile Optional<Answer> answer = Optional.empty();

  /** Most connections never need one. */
  private volatile Optional<Workers.Job> reading = Optional.empty();

  /** The position is known. Before, nobody reads or delivers. */
  private volatile boolean isStarted;

  /** An entry that answers a request of this connection. */
  private record Answer(String messageId, Optional<String> requestId) {}

  /**
   * The result of {@link #answer}.
   *
   * @param isSent whether the connection has received the event
   */
  public record Answered(PublishResult result, boolean isSent) {}

  InboxFollower(Connection connection, Groups groups) {
    this.connection = connection;
    this.groups = groups;
    this.follower =
        new LogFollower(
            GroupId.user(connection.user()),
            groups.backend.log(),
            groups.metrics.gapMessages,
            this::deliver,
            this::onGap);
  }

  Connection connection() {
    return connection;
  }

  /** Returns the connection as a member of the groups in which every connection is. */
  Member member() {
    return new Member(connection.channel(), connection.user(), "");
  }

  /** Returns the group of the user. */
  public GroupId id() {
    return follower.id();
  }

  /** Sets the position at which the connection was admitted; later entries are delivered. */
  void start(Position joined) {
    entered = joined;
    follower.moveTo(joined);
    isStarted = true;
  }

  /**
   * Returns the position of the log when the connection was admitted; UNKNOWN if there was no log.
   * Every later entry is delivered.
   */
  public Position entered() {
    return entered;
  }

  /** Returns the position up to which the connection was sent the log. */
  public Position position() {
    return follower.position();
  }

  /**
   * Appends an event to the log that answers a request of this connection: all connections of the
   * user receive it, this one with the request's id. Returns when this one has it. For the reader
   * thread; blocks.
   *
   * @throws agentcore.core.backend.BackendException if the store does not answer; the event may
   *     have been stored
   */
  public Answered answer(Optional<String> requestId, Draft draft, Optional<IdempotencyKey> key) {
    answer = Optional.of(new Answer(draft.id(), requestId));
    try {
      PublishResult result = groups.append(id(), position(), draft, key);
      if (result.outcome() == PublishResult.Outcome.APPENDED) {
        boolean unused = follower.awaitDelivery(result.position(), LogFollower.PATIENCE);
      }
      return new Answered(result, isSent());
    } finally {
      answer = Optional.empty();
    }
  }

  /**
   * Returns whether the answer was delivered; if not, it is not delivered as an answer any more.
   */
  private boolean isSent() {
    if (answer.isEmpty()) {
      return true;
    }
    lock.lock(); // it may be about to be delivered
    try {
      boolean isSent = answer.isEmpty();
      answer = Optional.empty();
      return isSent;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void onEntry(Entry entry, String previousId) {
    if (!isStarted || !lock.tryLock()) {
      onGap();
      return;
    }
    try {
      follower.accept(entry, previousId);
      follower.delivered();
    } catch (Throwable defect) { // for example, no memory: the entry is read again
      Safely.report("delivering an entry of an inbox", defect);
      onGap();
    } finally {
      lock.unlock();
    }
  }

  private void deliver(Entry entry) {
    Optional<Answer> mine = answer.filter(expected -> expected.messageId().equals(entry.id()));
    Optional<String> requestId = mine.flatMap(Answer::requestId);
    connection.offer(LogEvents.frame(groups.serializer, entry, requestId));
    groups.metrics.delivered.increment();
    if (mine.isPresent()) {
      answer = Optional.empty();
    }
  }

  /** Requests a read of the log. If two threads are the first, there are two jobs in turn. */
  @Override
  public void onGap() {
    Workers.Job job =
        reading.orElseGet(() -> groups.inboxReaders.job("reading an inbox", this::readTurn));
    reading = Optional.of(job);
    job.request();
  }

  private Workers.Outcome readTurn() {
    if (!connection.isOpen()) {
      return Workers.Outcome.DONE;
    }
    if (!isStarted) {
      return Workers.Outcome.LATER; // the connection is still being admitted
    }
    lock.lock();
    try {
      LogPage page = follower.readPages();
      if (page.status() != LogPage.Status.OK) {
        reset(page.status());
      }
      return page.more() ? Workers.Outcome.MORE : Workers.Outcome.DONE;
    } finally {
      follower.delivered();
      lock.unlock();
    }
  }

  private void reset(LogPage.Status status) {
    Position end = follower.openEnd();
    groups.metrics.resets.of(LogEvents.reason(status)).increment();
    connection.offer(Frame.text(groups.write(LogEvents.inboxReset(end, status))));
    follower.moveTo(end);
  }

  @Override
  public void flush() {}

  @Override
  public void onNotice(Notice notice) {
    if (notice.kind() == Notice.Kind.CLOSE && notice.target().equals(connection.channel())) {
      close(notice.text());
    } else if (Members.isMeantFor(connection.channel(), notice)) {
      Safely.run(
          "delivering a notice to a user", () -> connection.offer(Frame.text(notice.text())));
      groups.metrics.delivered.increment();
    }
  }

  /** Closes on another thread: this one must not block. */
  private void close(String numberAndReason) {
    String[] parts = numberAndReason.split(" ", 2);
    CloseCode code = new CloseCode(Integer.parseInt(parts[0]), parts[1]);
    Safely.runInBackground("closer-" + connection, () -> connection.close(code));
  }
}
