package agentcore.core;

import agentcore.core.backend.Entry;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Log;
import agentcore.core.backend.LogPage;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Position;
import agentcore.core.backend.Room;
import agentcore.core.backend.Subscriber;
import agentcore.core.connection.Safely;
import agentcore.core.consumer.RoomEvent;
import agentcore.core.consumer.RoomListener;
import agentcore.core.group.LogEvents;
import agentcore.core.message.Event;
import agentcore.core.message.Fields;
import agentcore.core.message.Names;
import agentcore.core.serializer.Serializer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Follows a room's log for a listener in this process, on a virtual thread.
 *
 * <p>News only wakes the thread, which then reads the log from its position. Nothing is queued, so
 * a slow listener needs no memory. Lost news delays events by at most {@link #CHECK_INTERVAL}; it
 * never causes a gap.
 */
final class RoomSubscription implements ServerRoom.Subscription, Subscriber {
  /** Without news, the thread reads the log after this time. */
  static final Duration CHECK_INTERVAL = Duration.ofSeconds(5);

  private static final int PAGE_ENTRIES = 128;
  private static final int PAGE_BYTES = 128 * 1024;
  private static final long PAUSE_NANOS = Duration.ofMillis(200).toNanos();

  private final RoomListener listener;
  private final ServerParts parts;
  private final Duration checkInterval;
  private final Log log;
  private final Thread thread;
  private final AtomicBoolean hasNews = new AtomicBoolean();
  private volatile boolean closed;

  /** Only {@link #thread} changes the room. */
  private volatile Room room;

  /** Set in {@link #start}; after that, only {@link #thread} changes it. */
  private volatile Position position = Position.UNKNOWN;

  RoomSubscription(Room room, RoomListener listener, ServerParts parts) {
    this(room, listener, parts, CHECK_INTERVAL);
  }

  RoomSubscription(Room room, RoomListener listener, ServerParts parts, Duration checkInterval) {
    this.room = room;
    this.listener = listener;
    this.parts = parts;
    this.checkInterval = checkInterval;
    this.log = parts.manager().backend().log();
    this.thread =
        Thread.ofVirtual().name("listener-" + Names.printable(room.name())).unstarted(this::follow);
  }

  /** Subscribes, then reads the position, so that no news is missed. Blocks. */
  void start() {
    try {
      log.subscribe(group(), this);
      position = log.open(group(), Position.UNKNOWN);
      thread.start();
    } catch (Throwable failure) {
      close();
      throw failure;
    }
  }

  private GroupId group() {
    return GroupId.room(room);
  }

  /**
   * Reads and delivers until the end. Invariant: the listener has received every event up to the
   * position, and none after it.
   */
  private void follow() {
    while (!closed) {
      boolean hadNews = awaitNews();
      try {
        if (!hadNews) {
          checkRoom();
        }
        readToEnd();
      } catch (Throwable failure) { // the store is away, or for example there is no memory
        Safely.report("reading the log of " + Names.printable(room.name()), failure);
        pause();
      }
    }
    unsubscribe(room); // moveTo may have changed room after close() unsubscribed
  }

  private void pause() {
    LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(PAUSE_NANOS / 2, PAUSE_NANOS));
    hasNews.set(true); // read the log again
  }

  /** Waits for news; returns false if there was none within the check interval. */
  private boolean awaitNews() {
    // Clears an interrupt that a listener left set; otherwise parkNanos would return at once.
    boolean unused = Thread.interrupted();
    long startNanos = System.nanoTime();
    long leftNanos = checkInterval.toNanos();
    while (!closed && !hasNews.get() && leftNanos > 0) {
      LockSupport.parkNanos(leftNanos);
      leftNanos = checkInterval.toNanos() - (System.nanoTime() - startNanos);
    }
    return hasNews.getAndSet(false);
  }

  /** Keeps the log's epoch alive, or moves to the room that now has the name. */
  private void checkRoom() {
    Optional<Room> named = named();
    if (named.isPresent() && isSame(named.get())) {
      var unused = log.open(group(), position);
    } else if (named.isPresent()) {
      moveTo(named.get());
    }
  }

  private Optional<Room> named() {
    return parts.manager().backend().directory().find(room.name());
  }

  private boolean isSame(Room other) {
    return other.id().equals(room.id());
  }

  /** Continues at the beginning of another room's log. */
  private void moveTo(Room next) {
    GroupId group = GroupId.room(next);
    try {
      log.subscribe(group, this);
      Position top = log.open(group, Position.UNKNOWN);
      unsubscribe(room);
      room = next;
      position = Position.beginning(top.epoch());
    } catch (Throwable failure) {
      unsubscribe(next);
      throw failure;
    }
    reset("lost");
  }

  private void readToEnd() {
    boolean more = true;
    while (more && !closed) {
      LogPage page = log.read(group(), position, PAGE_ENTRIES, PAGE_BYTES);
      if (page.status() == LogPage.Status.OK) {
        page.entries().forEach(this::deliver);
        more = page.more();
      } else {
        more = recover(page);
      }
    }
  }

  /**
   * Continues at the new end of the log, or in another room of the same name. If the room or its
   * log is missing, it may be about to be recreated; {@link #checkRoom} checks again later. Returns
   * whether to read on.
   */
  private boolean recover(LogPage page) {
    Optional<Room> named = named();
    if (named.isEmpty()) {
      return false;
    }
    if (!isSame(named.get())) {
      moveTo(named.get());
      return true;
    }
    if (!page.top().epoch().isEmpty()) {
      position = log.open(group(), position);
      reset(LogEvents.reason(page.status()));
    }
    return false;
  }

  private void reset(String reason) {
    Safely.run("calling RoomListener.reset", () -> listener.reset(reason));
  }

  private void deliver(Entry entry) {
    if (!closed) {
      Safely.run(
          "a listener of the room " + Names.printable(room.name()),
          () -> listener.receive(event(entry)));
      position = entry.position();
      parts.count("received");
    }
  }

  private RoomEvent event(Entry entry) {
    Fields fields = Serializer.fields(entry.text());
    Event.Json json = LogEvents.event(parts.serializer(), entry);
    return new RoomEvent(entry.position(), fields.string("type").orElse(""), fields, json);
  }

  private void wake() {
    hasNews.set(true);
    LockSupport.unpark(thread);
  }

  @Override
  public void onEntry(Entry entry, String previousId) {
    wake();
  }

  @Override
  public void flush() {}

  @Override
  public void onNotice(Notice notice) {}

  @Override
  public void onGap() {
    wake();
  }

  private void unsubscribe(Room from) {
    Safely.run("unsubscribing a listener", () -> log.unsubscribe(GroupId.room(from), this));
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
    unsubscribe(room);
    parts.subscriptions().remove(this);
  }
}
