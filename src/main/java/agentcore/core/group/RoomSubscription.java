package agentcore.core.group;

import agentcore.core.backend.Entry;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.LogPage;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Position;
import agentcore.core.backend.Room;
import agentcore.core.backend.Subscriber;
import agentcore.core.connection.Safely;
import agentcore.core.consumer.RoomEvent;
import agentcore.core.consumer.RoomListener;
import agentcore.core.message.Event;
import agentcore.core.message.Fields;
import agentcore.core.message.Names;
import agentcore.core.serializer.Serializer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Follows a room's log for a listener in this process, with a worker of its own.
 *
 * <p>News only requests a turn of the worker, which reads the log from the position. Nothing is
 * queued, so a slow listener needs no memory. Lost news delays events until the next {@link
 * #check}; it never causes a gap.
 */
final class RoomSubscription implements AutoCloseable, Subscriber {
  private final String name;
  private final RoomListener listener;
  private final Groups groups;
  private final Workers worker;
  private final Workers.Job reading;
  private final AtomicBoolean mustCheck = new AtomicBoolean();
  private volatile boolean closed;

  /** Only the worker follows another room's log. */
  private volatile LogFollower follower;

  RoomSubscription(Room room, RoomListener listener, Groups groups) {
    this.name = room.name();
    this.listener = listener;
    this.groups = groups;
    this.worker = new Workers("listener-" + Names.printable(name), 1);
    this.reading = worker.job("reading the log of " + Names.printable(name), this::readTurn);
    this.follower = newFollower(GroupId.room(room));
  }

  private LogFollower newFollower(GroupId room) {
    return new LogFollower(
        room,
        groups.backend.log(),
        groups.metrics.serverEvents.of("received"),
        this::deliver,
        reading::request);
  }

  /** Begins at the end of the log. Blocks. */
  void start() {
    follower.open(this);
  }

  /** Looks for lost news and for a new room of the same name; to be called every few seconds. */
  void check() {
    mustCheck.set(true);
    onGap();
    worker.wake();
  }

  private Workers.Outcome readTurn() {
    if (closed) {
      return Workers.Outcome.DONE;
    }
    if (mustCheck.getAndSet(false) && findRoom()) {
      long unused = follower.compare(); // keeps the log's epoch alive
    }
    LogFollower reader = follower;
    LogPage page = reader.readPages();
    if (page.status() == LogPage.Status.OK) {
      return page.more() ? Workers.Outcome.MORE : Workers.Outcome.DONE;
    }
    // A room or a log that is missing may be about to be recreated; a later check finds it.
    if (findRoom() && follower == reader && !page.top().epoch().isEmpty()) {
      Position end = reader.openEnd();
      reset(LogEvents.reason(page.status()));
      reader.moveTo(end);
    }
    return follower == reader ? Workers.Outcome.DONE : Workers.Outcome.MORE;
  }

  /** Moves to the room that now has the name; returns false if there is none. */
  private boolean findRoom() {
    Optional<GroupId> named = groups.backend.directory().find(name).map(GroupId::room);
    named.filter(room -> !room.equals(follower.id())).ifPresent(this::moveTo);
    return named.isPresent();
  }

  /** Continues at the beginning of another room's log. */
  private void moveTo(GroupId room) {
    LogFollower next = newFollower(room);
    next.open(this);
    next.moveTo(Position.beginning(next.position().epoch()));
    follower.unsubscribe(this);
    follower = next;
    if (closed) { // close() may have missed it
      next.unsubscribe(this);
    }
    reset("lost");
  }

  private void reset(String reason) {
    Safely.run("calling RoomListener.reset", () -> listener.reset(reason));
  }

  private void deliver(Entry entry) {
    if (!closed) {
      Safely.run(
          "a listener of the room " + Names.printable(name), () -> listener.receive(event(entry)));
    }
  }

  private RoomEvent event(Entry entry) {
    Fields fields = Serializer.fields(entry.text());
    Event.Json json = LogEvents.event(groups.serializer, entry);
    return new RoomEvent(entry.position(), fields.string("type").orElse(""), fields, json);
  }

  @Override
  public void onEntry(Entry entry, String previousId) {
    onGap();
  }

  @Override
  public void flush() {}

  @Override
  public void onNotice(Notice notice) {}

  @Override
  public void onGap() {
    reading.request();
  }

  @Override
  public void close() {
    closed = true;
    worker.close();
    follower.unsubscribe(this);
    groups.remove(this);
  }
}
