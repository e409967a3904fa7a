package agentcore.core.group;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.Draft;
import agentcore.core.backend.Entry;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.IdempotencyKey;
import agentcore.core.backend.Log;
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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Follows the log of a user, the inbox, for one connection of that user, and receives the notices
 * for the user.
 *
 * <p>A connection learns the position of the log when it is admitted, in the same step. So while
 * nobody writes to the user, this object is all that an inbox costs. A user has few connections,
 * therefore each one has a position and reads the log by itself where news did not fit.
 *
 * <p>The lock guards the position and the delivery, and is held while the log is read. A thread
 * that brings news never waits for it: while another thread reads, the news only requests another
 * reading.
 */
public final class InboxFollower implements Subscriber {
  private static final int PAGE_ENTRIES = 128;
  private static final int PAGE_BYTES = 128 * 1024;
  private static final int TURN_PAGES = 8;

  /** The log is read if an answer has not come back as news after that long. */
  private static final long OVERDUE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Connection connection;
  private final Groups groups;
  private final ReentrantLock lock = new ReentrantLock();
  private volatile Position entered = Position.UNKNOWN;
  private volatile Position position = Position.UNKNOWN;

  /** The answer that is being appended, if there is one. */
  private volatile Optional<Answer> answer = Optional.empty();

  /** Most connections never need one. */
  private volatile Optional<Workers.Job> reading = Optional.empty();

  /** The position is known; guarded by the lock. */
  private boolean isStarted;

  /** An entry that answers a request of this connection. */
  private static final class Answer {
    final String messageId;
    final Optional<String> requestId;
    final Thread reader = Thread.currentThread();
    volatile boolean isSent;

    Answer(String messageId, Optional<String> requestId) {
      this.messageId = messageId;
      this.requestId = requestId;
    }

    void sent() {
      isSent = true;
      LockSupport.unpark(reader);
    }
  }

  /**
   * The result of {@link #answer}.
   *
   * @param isSent whether the connection has received the event
   */
  public record Answered(PublishResult result, boolean isSent) {}

  InboxFollower(Connection connection, Groups groups) {
    this.connection = connection;
    this.groups = groups;
  }

  Connection connection() {
    return connection;
  }

  /** Returns the group of the user. */
  public GroupId id() {
    return GroupId.user(connection.user());
  }

  private Log log() {
    return groups.backend().log();
  }

  /** Sets the position at which the connection was admitted; later entries are delivered. */
  void start(Position joined) {
    lock.lock();
    try {
      entered = joined;
      position = joined;
      isStarted = true;
    } finally {
      lock.unlock();
    }
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
    return position;
  }

  /**
   * Appends an event to the log that answers a request of this connection: all connections of the
   * user receive it, this one with the request's id. Returns when this one has it. For the reader
   * thread; blocks.
   *
   * @throws BackendException if the store does not answer; the event may have been stored
   */
  public Answered answer(Optional<String> requestId, Draft draft, Optional<IdempotencyKey> key) {
    Answer mine = new Answer(draft.id(), requestId);
    answer = Optional.of(mine);
    try {
      PublishResult result = groups.append(id(), position, draft, key);
      if (result.outcome() == PublishResult.Outcome.APPENDED) {
        awaitDelivery(mine);
      }
      return new Answered(result, mine.isSent);
    } finally {
      answer = Optional.empty();
    }
  }

  /** Waits until an answer was delivered, and reads the log if the news of it is overdue. */
  private void awaitDelivery(Answer mine) {
    long startNanos = System.nanoTime();
    while (!mine.isSent
        && System.nanoTime() - startNanos < OVERDUE_NANOS
        && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(OVERDUE_NANOS);
    }
    boolean more = !mine.isSent;
    while (more) {
      more = readPages() && !mine.isSent;
    }
  }

  @Override
  public void onEntry(Entry entry, String previousId) {
    if (!lock.tryLock()) {
      requestReading();
      return;
    }
    try {
      if (isStarted && position.isFollowedBy(entry, previousId)) {
        deliver(entry);
      } else if (!entry.position().equals(position)) {
        requestReading();
      }
    } catch (Throwable defect) { // for example, no memory: the entry is read again
      Safely.report("delivering an entry of an inbox", defect);
      requestReading();
    } finally {
      lock.unlock();
    }
  }

  private void deliver(Entry entry) {
    Optional<Answer> mine = answer.filter(expected -> expected.messageId.equals(entry.id()));
    Optional<String> requestId = mine.flatMap(expected -> expected.requestId);
    connection.deliver(LogEvents.frame(groups.serializer(), entry, requestId));
    groups.metrics().delivered.increment();
    position = entry.position();
    mine.ifPresent(Answer::sent);
  }

  /** News may have been lost, also that of a first entry. */
  @Override
  public void onGap() {
    requestReading();
  }

  /** Never blocks. If two threads are the first, there are two jobs, which take turns. */
  private void requestReading() {
    Workers.Job job =
        reading.orElseGet(() -> groups.inboxReaders().job("reading an inbox", this::readOn));
    reading = Optional.of(job);
    job.request();
  }

  private Workers.Outcome readOn() {
    if (!connection.isOpen()) {
      return Workers.Outcome.DONE;
    }
    return readPages() ? Workers.Outcome.MORE : Workers.Outcome.DONE;
  }

  /** Delivers the next entries, some pages of them. Returns whether there is more to read. */
  private boolean readPages() {
    lock.lock();
    try {
      if (!isStarted) {
        throw new BackendException("the connection is still being admitted");
      }
      boolean more = true;
      for (int pages = 0; more && pages < TURN_PAGES; pages++) {
        more = readPage();
      }
      return more;
    } finally {
      lock.unlock();
    }
  }

  private boolean readPage() {
    LogPage page = readAfterPosition();
    if (page.status() == LogPage.Status.OK) {
      groups.metrics().gapMessages.add(page.entries().size());
      page.entries().forEach(this::deliver);
      return page.more();
    }
    boolean isStillWithoutLog = position.equals(Position.UNKNOWN) && page.top().equals(position);
    if (!isStillWithoutLog) {
      reset(page.status());
    }
    return false;
  }

  /** Reads a log from its beginning if there was none when the connection was admitted. */
  private LogPage readAfterPosition() {
    LogPage page = log().read(id(), position, PAGE_ENTRIES, PAGE_BYTES);
    boolean hasBegun = position.equals(Position.UNKNOWN) && !page.top().epoch().isEmpty();
    return hasBegun
        ? log().read(id(), Position.beginning(page.top().epoch()), PAGE_ENTRIES, PAGE_BYTES)
        : page;
  }

  /** Tells the client that the log does not continue at its position, and moves to the end. */
  private void reset(LogPage.Status status) {
    Position top = log().open(id(), position);
    groups.metrics().resets.of(LogEvents.reason(status)).increment();
    connection.deliver(Frame.text(groups.write(LogEvents.inboxReset(top, status))));
    position = top;
  }

  @Override
  public void flush() {}

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
      groups.metrics().delivered.increment();
    }
  }

  /** Closes on another thread: this one must not block. */
  private void close(String numberAndReason) {
    String[] parts = numberAndReason.split(" ", 2);
    CloseCode code = new CloseCode(Integer.parseInt(parts[0]), parts[1]);
    Safely.runInBackground("closer-" + connection, () -> connection.close(code));
  }
}
