package agentcore.core.connection;

import agentcore.core.backend.BackendException;
import agentcore.core.backend.Entry;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Log;
import agentcore.core.backend.LogPage;
import agentcore.core.backend.Member;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Position;
import agentcore.core.backend.Room;
import agentcore.core.backend.Subscriber;
import agentcore.core.message.CloseCode;
import agentcore.core.message.Event;
import agentcore.core.metrics.Metrics;
import agentcore.core.serializer.Serializer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The members of one group that are connected to this server, and where they stand in its log.
 *
 * <p>Invariant: whatever changes the members, moves the position or offers an event happens under
 * the lock; so all members see the same order, without holes. An event is written and framed once,
 * and the same bytes are offered to all.
 *
 * <p>What the backend tells goes into an {@link Inbox}, where entries wait until for now no more
 * follow: what is said together is joined, so that a member costs one lock and one write for all of
 * it. The thread that acquires the lock handles what waits, at most {@link #TURN_NEWS} pieces of
 * news; a thread of its own goes on with the rest, so that no publisher is kept. Other threads
 * return at once: a thread that releases the lock looks into the inbox again, and threads that wait
 * for the lock come first.
 *
 * <p>Reading the log again is a job of the {@link Workers} that all groups share.
 *
 * <p>In one file, since one lock guards members, position and delivery.
 */
final class Group implements Subscriber {
  static final int PAGE_ENTRIES = 128;
  static final int PAGE_BYTES = 128 * 1024;
  private static final int MAX_GATHERED_BYTES = 16 * 1024;

  /** So much of the inbox is handled in one turn. */
  static final int TURN_NEWS = 128;

  /** So many pages of the log are read in one turn. */
  static final int TURN_PAGES = 8;

  private static final long NOTHING_AWAITED = 0;
  private static final Logger LOG = System.getLogger(Group.class.getName());

  private final GroupId id;
  private final Optional<Room> room;
  private final Log log;
  private final Serializer serializer;
  private final Clock clock;
  private final GroupListener listener;
  private final Metrics metrics;
  private final ReentrantLock lock = new ReentrantLock();
  private final Inbox inbox = new Inbox();
  private final AtomicBoolean overrun = new AtomicBoolean();
  private final Told told;
  private final PendingThread drainer = new PendingThread();
  private final Workers.Job healing;
  private final Workers.Job refreshing;
  private final Inbox.Handler handler = this::handleOrHeal;
  private final AtomicBoolean lost = new AtomicBoolean();
  private final List<Connection> members = new ArrayList<>(2);

  /** Frames of events that the members are about to be offered; none while the lock is free. */
  private final List<byte[]> gathered = new ArrayList<>(0);

  private int gatheredBytes;
  private final Map<String, Member> entering = new HashMap<>(2);
  private volatile Position position = Position.UNKNOWN;

  /** One that the log is not in, as was seen: after a loss thousands come back with the same. */
  private String pastEpoch = "";

  private final AtomicLong awaitedSeq = new AtomicLong();
  private volatile long awaitedSinceNanos = NOTHING_AWAITED;

  Group(GroupId id, Optional<Room> room, GroupContext context) {
    this(id, room, context, Told.PATIENCE);
  }

  /** Makes a group with another limit on how long a sender waits for its own message. */
  Group(GroupId id, Optional<Room> room, GroupContext context, Duration patience) {
    this.told = new Told(patience);
    this.id = id;
    this.room = room;
    this.log = context.log();
    this.serializer = context.serializer();
    this.clock = context.clock();
    this.listener = context.listener();
    this.metrics = context.metrics();
    this.healing = context.healers().job("reading a log again", this::readOn);
    this.refreshing = context.refreshers().job("refreshing a room", this::refresh);
  }

  GroupId id() {
    return id;
  }

  /** Returns the position of the last entry that the members have been offered, or soon are. */
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
      drain();
    }
  }

  /** Announces that a channel is about to become a member, so that an eviction finds it. */
  void expect(Member member) {
    lock.lock();
    try {
      entering.put(member.channel(), member);
    } finally {
      lock.unlock();
    }
    drain();
  }

  /** Takes {@link #expect} back. */
  void forget(String channel) {
    lock.lock();
    try {
      entering.remove(channel);
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
        boolean more = true;
        while (more) { // a member enters behind what its client saw
          more = readPages(TURN_PAGES);
        }
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
      Optional<Member> member = Optional.ofNullable(entering.remove(connection.channel()));
      if (member.isEmpty()) {
        return Optional.empty();
      }
      members.add(connection);
      room.ifPresent(
          r ->
              connection
                  .memberships()
                  .put(r.name(), new Membership(r, this, member.get(), position)));
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
  public void onEntry(Entry entry, String previousId) {
    post(new Inbox.News.Appended(entry, previousId));
  }

  @Override
  public void flush() {
    drain();
  }

  @Override
  public void onNotice(Notice signal) {
    post(new Inbox.News.Signalled(signal));
    drain();
  }

  @Override
  public void onGap() {
    if (room.isPresent()) {
      lost.set(true);
      heal();
    }
  }

  private void post(Inbox.News news) {
    if (!inbox.add(news)) {
      if (Inbox.isUrgent(news)) {
        overrun.set(true);
      } else {
        onGap();
      }
    }
  }

  /**
   * Handles what waits, unless another thread does or is about to: a thread that holds the lock or
   * waits for it calls this after releasing it. Never throws.
   */
  private void drain() {
    while (!inbox.isEmpty() && !lock.hasQueuedThreads() && lock.tryLock()) {
      boolean more;
      try {
        more = handleInbox();
      } finally {
        lock.unlock();
      }
      if (more && handOver()) {
        return;
      }
    }
  }

  /** Has another thread go on; false where none can be started. */
  private boolean handOver() {
    return Safely.run("handing a group over", () -> drainer.start("drainer", this::goOn));
  }

  private void goOn() {
    drainer.began();
    drain();
  }

  /** Takes one turn; returns whether news is left. */
  private boolean handleInbox() {
    if (overrun.get() && overrun.getAndSet(false)) {
      Safely.run("closing the members of a group", this::closeMembers);
    }
    boolean more = inbox.take(TURN_NEWS, handler);
    try {
      offerGathered();
    } catch (Throwable defect) {
      failed(defect);
    }
    return more;
  }

  private void handleOrHeal(Inbox.News news) {
    try {
      handle(news);
    } catch (Throwable defect) {
      failed(defect);
    }
  }

  /** What failed, and perhaps was not told, is read from the log. */
  private void failed(Throwable defect) {
    Safely.report("telling the members of a group", defect);
    Safely.run("healing a group", this::onGap);
  }

  /** They missed what is in no log: they come back and start afresh. */
  private void closeMembers() {
    List<Connection> all = List.copyOf(members);
    Thread.ofVirtual()
        .name("closer-" + id.id())
        .start(() -> all.forEach(member -> member.close(CloseCode.TRY_AGAIN_LATER)));
  }

  private void handle(Inbox.News news) {
    switch (news) {
      case Inbox.News.Signalled(Notice signal) -> deliver(signal);
      case Inbox.News.Refreshed(RoomRefresher endpoint, String text) -> deliver(endpoint, text);
      case Inbox.News.Appended(Entry entry, String previousId) -> {
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

  /** Offers the gathered frames as one: a member costs one lock and one write for all of them. */
  private void offerGathered() {
    if (!gathered.isEmpty()) {
      metrics.delivered.add((long) members.size() * gathered.size());
      joinGathered();
      for (byte[] frames : gathered) {
        for (Connection member : members) {
          member.deliver(frames);
        }
      }
      gathered.clear();
      gatheredBytes = 0;
    }
    told.upTo(position.seq()); // only now may those go on who wait for it
  }

  /** The position is behind these frames already, so they are offered whatever fails here. */
  private void joinGathered() {
    try {
      byte[] joined = Frame.join(gathered);
      gathered.clear();
      gathered.add(joined);
    } catch (OutOfMemoryError error) {
      LOG.log(Level.DEBUG, "no memory to join frames: each is offered by itself");
    }
  }

  private void deliver(Notice signal) {
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
    if (signal.kind() == Notice.Kind.EVICT) {
      evict(signal);
    }
  }

  private static boolean isMeant(String channel, Notice signal) {
    return signal.kind() == Notice.Kind.ONE
        ? channel.equals(signal.target())
        : !channel.equals(signal.except());
  }

  /** Ends the membership that is meant, and no later one of the same channel. */
  private void evict(Notice eviction) {
    entering
        .values()
        .removeIf(
            member ->
                member.channel().equals(eviction.target())
                    && member.join().equals(eviction.join()));
    members.stream()
        .filter(member -> member.channel().equals(eviction.target()))
        .filter(member -> join(member).equals(eviction.join()))
        .findFirst()
        .ifPresent(
            member -> {
              removeMember(member);
              listener.evicted(this, member);
            });
  }

  private String join(Connection connection) {
    return room.flatMap(r -> connection.membership(r.name()))
        .map(membership -> membership.member().join())
        .orElse("");
  }

  /** Tells the members of an endpoint that are connected here. */
  void tell(RoomRefresher endpoint, String text) {
    post(new Inbox.News.Refreshed(endpoint, text));
    drain();
  }

  private void deliver(RoomRefresher endpoint, String text) {
    offerGathered();
    byte[] frame = Frame.text(text);
    List<Connection> meant =
        members.stream().filter(member -> member.refresher().equals(endpoint)).toList();
    meant.forEach(member -> member.offer(frame));
    metrics.delivered.add(meant.size());
  }

  /** Returns what the endpoints of the members here have to tell after a loss. */
  List<RoomRefresher> refreshers() {
    lock.lock();
    try {
      return members.stream().map(Connection::refresher).distinct().toList();
    } finally {
      lock.unlock();
      drain();
    }
  }

  boolean isEmpty() {
    lock.lock();
    try {
      return members.isEmpty();
    } finally {
      lock.unlock();
      drain();
    }
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
    healing.request();
  }

  /** Reads one turn. A store that is away is asked again for as long as there are members. */
  private Workers.Outcome readOn() {
    boolean more;
    lock.lock();
    try {
      more = readPages(TURN_PAGES);
    } catch (BackendException unreachable) {
      LOG.log(Level.DEBUG, "a gap waits for the store: {0}", unreachable.getMessage());
      return members.isEmpty() ? Workers.Outcome.DONE : Workers.Outcome.LATER;
    } finally {
      lock.unlock();
      drain();
    }
    if (more) {
      return Workers.Outcome.MORE;
    }
    if (lost.getAndSet(false)) {
      refreshing.request();
    }
    return Workers.Outcome.DONE;
  }

  private Workers.Outcome refresh() {
    try {
      listener.healed(this);
      return Workers.Outcome.DONE;
    } catch (BackendException unreachable) {
      LOG.log(Level.DEBUG, "a refresh waits for the store: {0}", unreachable.getMessage());
      return isEmpty() ? Workers.Outcome.DONE : Workers.Outcome.LATER;
    }
  }

  /** Reads at most so many pages; returns whether the log has more. */
  private boolean readPages(int max) {
    boolean more = true;
    try {
      for (int pages = 0; more && pages < max; pages++) {
        LogPage slice = log.read(id, position, PAGE_ENTRIES, PAGE_BYTES);
        if (slice.status() == LogPage.Status.OK) {
          metrics.gapMessages.add(slice.entries().size());
          slice.entries().forEach(this::deliver);
        } else {
          reset(slice);
        }
        more = slice.more();
      }
      return more;
    } finally {
      offerGathered(); // what was read before the store went away, too
    }
  }

  private void reset(LogPage slice) {
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
