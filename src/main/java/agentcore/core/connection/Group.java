package agentcore.core.connection;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.Entry;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Log;
import agentcore.core.backend.Position;
import agentcore.core.backend.Receiver;
import agentcore.core.backend.Room;
import agentcore.core.backend.Signal;
import agentcore.core.backend.Slice;
import agentcore.core.message.Event;
import agentcore.core.metrics.Metrics;
import agentcore.core.serializer.Serializer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The members of one group that are connected to this server, and where they stand in its log.
 *
 * <p>Invariant: whatever changes the members, moves the position or offers an event happens under
 * the lock; so all members see the same order, without holes. An event is written and framed once,
 * and the same bytes are offered to all.
 *
 * <p>What the backend tells goes into an inbox, where entries wait until for now no more follow:
 * what is said together is joined, so that a member costs one lock and one write for all of it.
 * Whoever finds the lock free empties the inbox; who does not goes on, since the holder looks again
 * after letting go. It is bounded: beyond {@link #MAX_INBOX} hints are dropped, and the log is read
 * instead.
 *
 * <p>In one file, since one lock guards members, position and inbox.
 */
final class Group implements Receiver {
  static final int PAGE_ENTRIES = 128;
  static final int PAGE_BYTES = 128 * 1024;
  private static final int MAX_GATHERED_BYTES = 16 * 1024;
  private static final int MAX_INBOX = 4096;
  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long NOTHING_AWAITED = 0;
  private static final Logger LOG = System.getLogger(Group.class.getName());

  private sealed interface News {
    record Appended(Entry entry, String previousId) implements News {}

    record Signalled(Signal signal) implements News {}
  }

  private final GroupId id;
  private final Optional<Room> room;
  private final Log log;
  private final Serializer serializer;
  private final Clock clock;
  private final GroupListener listener;
  private final Metrics metrics;
  private final ReentrantLock lock = new ReentrantLock();
  private final ConcurrentLinkedQueue<News> inbox = new ConcurrentLinkedQueue<>();
  private final AtomicInteger inboxSize = new AtomicInteger();
  private final Told told = new Told();
  private final PendingThread healer = new PendingThread();
  private final AtomicBoolean lost = new AtomicBoolean();
  private final List<Connection> members = new ArrayList<>(2);

  /** Frames of events that the members are about to be offered; none while the lock is free. */
  private final List<byte[]> gathered = new ArrayList<>(0);

  private int gatheredBytes;
  private final Map<String, String> willsOfEntering = new HashMap<>(2);
  private volatile Position position = Position.UNKNOWN;

  /** One that the log is not in, as was seen: after a loss thousands come back with the same. */
  private String pastEpoch = "";

  private final AtomicLong awaitedSeq = new AtomicLong();
  private volatile long awaitedSinceNanos = NOTHING_AWAITED;

  Group(
      GroupId id,
      Optional<Room> room,
      Log log,
      Serializer serializer,
      Clock clock,
      GroupListener listener,
      Metrics metrics) {
    this.id = id;
    this.room = room;
    this.log = log;
    this.serializer = serializer;
    this.clock = clock;
    this.listener = listener;
    this.metrics = metrics;
  }

  GroupId id() {
    return id;
  }

  /** Returns the log's position up to which the members were told, or are being told. */
  Position position() {
    return position;
  }

  /**
   * Holds a member's events back and returns the log's position up to which it was offered them.
   * For its reader thread.
   */
  Position holdAndPosition(Connection member) {
    lock.lock();
    try {
      member.hold();
      return position;
    } finally {
      lock.unlock();
      drain();
    }
  }

  /** Begins to follow the log; blocks. Nothing was delivered before. */
  void follow() {
    lock.lock();
    try {
      position = log.open(id, position);
      told.upTo(position.seq());
    } finally {
      lock.unlock();
    }
    drain();
  }

  /** Announces that a channel is about to become a member, so that an eviction finds it. */
  void expect(String channel, String will) {
    lock.lock();
    try {
      willsOfEntering.put(channel, will);
    } finally {
      lock.unlock();
    }
    drain();
  }

  /** Takes {@link #expect} back. */
  void forget(String channel) {
    lock.lock();
    try {
      willsOfEntering.remove(channel);
    } finally {
      lock.unlock();
    }
    drain();
  }

  /**
   * Reads the log where somebody has seen what the members here were not told yet: on another
   * server, which heard it earlier. Blocks.
   *
   * @throws BackendException where the store is away
   */
  void catchUp(Position seen) {
    lock.lock();
    try {
      boolean isOtherEpoch = !seen.epoch().equals(position.epoch());
      if (isOtherEpoch ? !seen.epoch().equals(pastEpoch) : seen.seq() > position.seq()) {
        readPages();
        pastEpoch = isOtherEpoch ? seen.epoch() : pastEpoch;
      }
    } finally {
      lock.unlock();
      drain();
    }
  }

  /**
   * Makes an expected connection a member; what comes after the returned position reaches it.
   *
   * @return nothing where the channel was evicted meanwhile
   */
  Optional<Position> add(Connection connection) {
    lock.lock();
    try {
      Optional<String> will = Optional.ofNullable(willsOfEntering.remove(connection.channel()));
      if (will.isEmpty()) {
        return Optional.empty();
      }
      members.add(connection);
      room.ifPresent(
          r ->
              connection
                  .memberships()
                  .put(r.name(), new Membership(r, this, will.get(), position)));
      return Optional.of(position);
    } finally {
      lock.unlock();
      drain();
    }
  }

  /**
   * Ends a connection's membership; no event of this group follows.
   *
   * @return whether it was a member, which only one of several callers is told
   */
  boolean remove(Connection connection) {
    lock.lock();
    try {
      return removeMember(connection);
    } finally {
      lock.unlock();
      drain();
    }
  }

  private boolean removeMember(Connection connection) {
    int at = members.indexOf(connection);
    if (at < 0) {
      return false;
    }
    Connection last = members.removeLast();
    if (at < members.size()) {
      members.set(at, last);
    }
    room.ifPresent(r -> connection.memberships().remove(r.name()));
    return true;
  }

  @Override
  public void entry(Entry entry, String previousId) {
    post(new News.Appended(entry, previousId));
  }

  @Override
  public void flush() {
    drain();
  }

  @Override
  public void signal(Signal signal) {
    post(new News.Signalled(signal));
    drain();
  }

  @Override
  public void missed() {
    if (room.isPresent()) {
      lost.set(true);
      heal();
    }
  }

  private void post(News news) {
    if (inboxSize.incrementAndGet() > MAX_INBOX && !isToldOnlyHere(news)) {
      inboxSize.decrementAndGet();
      missed();
    } else {
      inbox.add(news);
    }
  }

  /** Entries can be read again, hints of presence may be lost; what remains must not be. */
  private static boolean isToldOnlyHere(News news) {
    return news instanceof News.Signalled(Signal signal) && signal.kind() != Signal.Kind.PRESENCE;
  }

  /** Handles what waits, unless another thread is at it, which then looks again. */
  private void drain() {
    while (!inbox.isEmpty() && lock.tryLock()) {
      try {
        handleInbox();
      } finally {
        lock.unlock();
      }
    }
  }

  private void handleInbox() {
    try {
      for (News news = inbox.poll(); news != null; news = inbox.poll()) {
        inboxSize.decrementAndGet();
        handle(news);
      }
    } finally {
      offerGathered(); // what came before a failure, too
    }
  }

  private void handle(News news) {
    switch (news) {
      case News.Signalled(Signal signal) -> deliver(signal);
      case News.Appended(Entry entry, String previousId) -> {
        if (position.isFollowedBy(entry, previousId)) {
          deliver(entry);
        } else if (!entry.position().equals(position)) {
          heal();
        }
      }
    }
  }

  private void deliver(Entry entry) {
    if (!members.isEmpty()) {
      gather(Frame.text(LogEvents.complete(serializer, entry)));
    }
    position = entry.position(); // only now: where there was no memory for it, it is read again
    if (awaitedSinceNanos != NOTHING_AWAITED) {
      awaitedSinceNanos = position.seq() >= awaitedSeq.get() ? NOTHING_AWAITED : now();
    }
  }

  private void gather(byte[] frame) {
    if (gatheredBytes + frame.length > MAX_GATHERED_BYTES) {
      offerGathered();
    }
    gathered.add(frame);
    gatheredBytes += frame.length;
  }

  /** Offers what was said together together: a member costs its lock and a write once for all. */
  private void offerGathered() {
    if (!gathered.isEmpty()) {
      byte[] frames = Frame.join(gathered);
      metrics.delivered.add((long) members.size() * gathered.size());
      gathered.clear(); // first: whatever fails, nobody is told twice
      gatheredBytes = 0;
      for (Connection member : members) {
        member.deliver(frames);
      }
    }
    told.upTo(position.seq()); // only now may those go on who wait for it
  }

  private void deliver(Signal signal) {
    offerGathered();
    byte[] frame = Frame.text(signal.text());
    int told = 0;
    for (Connection member : members) {
      if (isMeant(member.channel(), signal)) {
        member.deliver(frame);
        told++;
      }
    }
    metrics.delivered.add(told);
    if (signal.kind() == Signal.Kind.EVICT) {
      evict(signal.target());
    }
  }

  private static boolean isMeant(String channel, Signal signal) {
    return signal.kind() == Signal.Kind.ONE
        ? channel.equals(signal.target())
        : !channel.equals(signal.except());
  }

  private void evict(String channel) {
    willsOfEntering.remove(channel);
    members.stream()
        .filter(member -> member.channel().equals(channel))
        .findFirst()
        .ifPresent(
            member -> {
              removeMember(member);
              listener.evicted(this, member);
            });
  }

  /** Tells the members that are connected here. */
  void tell(String text) {
    signal(Signal.everyone(text));
  }

  Optional<Room> room() {
    return room;
  }

  /**
   * Notes that something of this server's was appended, which the members are soon told.
   *
   * @return whether the news of it is awaited from now on
   */
  boolean published(Position appended) {
    if (appended.seq() <= position.seq()) {
      return false;
    }
    awaitedSeq.accumulateAndGet(appended.seq(), Math::max);
    boolean first = awaitedSinceNanos == NOTHING_AWAITED;
    if (first) {
      awaitedSinceNanos = now();
    }
    return first;
  }

  /**
   * Waits until the members were told what was appended, for a while: so that the sender's own
   * event precedes the answer to its next request. Where the news is late, the log is read.
   *
   * @return whether they were
   */
  boolean awaitTold(Position appended) {
    return told.await(appended.seq());
  }

  private static long now() {
    return System.nanoTime() | 1; // never NOTHING_AWAITED
  }

  /**
   * Says whether the news of something published is still awaited; after so long the log is read
   * instead. Never blocks.
   */
  boolean isStillAwaiting(long nanos) {
    long since = awaitedSinceNanos;
    if (since != NOTHING_AWAITED && System.nanoTime() - since >= nanos) {
      awaitedSinceNanos = NOTHING_AWAITED;
      heal();
    }
    return awaitedSinceNanos != NOTHING_AWAITED;
  }

  /**
   * Compares with the log, and keeps its epoch alive. Blocks. What the log has beyond the members
   * is perhaps just on its way; where they differ otherwise, the log is read.
   *
   * @return whether news is awaited from now on
   */
  boolean compare() {
    Position top = log.open(id, position);
    if (top.epoch().equals(position.epoch()) && top.seq() > position.seq()) {
      return published(top);
    }
    if (!top.equals(position)) {
      heal();
    }
    return false;
  }

  /** Has the log read from where the members stand, by another thread: that may block. */
  private void heal() {
    healer.start("healer-" + id.id(), this::readUntilDone);
  }

  /** A store that is away is asked again and again, for as long as anyone is here. */
  private void readUntilDone() {
    while (!readOn()) {
      if (!healer.claim()) {
        return; // another healer has been called, and waits for the lock
      }
      LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(RETRY_NANOS / 2, RETRY_NANOS));
    }
    drain();
    if (lost.getAndSet(false)) {
      listener.healed(this);
    }
  }

  private boolean readOn() {
    lock.lock();
    try {
      healer.began(); // what is found missing from here on needs another read
      readPages();
      return true;
    } catch (BackendException unreachable) {
      LOG.log(Level.DEBUG, "a gap waits for the store: {0}", unreachable.getMessage());
      return members.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  private void readPages() {
    try {
      Slice slice;
      do {
        slice = log.read(id, position, PAGE_ENTRIES, PAGE_BYTES);
        if (slice.status() == Slice.Status.OK) {
          metrics.gapMessages.add(slice.entries().size());
          slice.entries().forEach(this::deliver);
        } else {
          reset(slice);
        }
      } while (slice.more());
    } finally {
      offerGathered(); // what was read before the store went away, too
    }
  }

  private void reset(Slice slice) {
    offerGathered();
    // A store that was emptied or rolled back gets a log that goes on with higher numbers.
    position = log.open(id, position);
    if (room.isPresent()) {
      metrics.resets.of(LogEvents.reason(slice.status())).increment();
      Event event = LogEvents.reset(room.get(), position, slice.status());
      byte[] frame = Frame.text(serializer.write(event, clock.millis()));
      members.forEach(member -> member.deliver(frame));
    }
    told.upTo(position.seq());
  }
}
