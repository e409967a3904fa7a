package agentcore.core.connection;

import agentcore.core.backend.GroupId;
import agentcore.core.backend.Log;
import agentcore.core.backend.Room;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The groups that have members on this server: opened for the first, closed after the last.
 *
 * <p>Each use is counted. The count changes inside the map, opening happens outside of it under the
 * group's own lock, since it asks the backend and may block.
 */
final class Groups {
  private final ConcurrentHashMap<GroupId, Handle> open = new ConcurrentHashMap<>();
  private final GroupContext context;
  private final Log log;

  private static final class Handle {
    final ReentrantLock opening = new ReentrantLock();
    final Group group;
    int uses;
    boolean opened;

    Handle(Group group) {
      this.group = group;
    }
  }

  Groups(GroupContext context) {
    this.context = context;
    this.log = context.log();
  }

  /**
   * Returns the group, following its log; every call is paired with a {@link #release}. Blocks.
   *
   * @throws agentcore.core.backend.BackendException where it cannot be opened; then there is
   *     nothing to release
   */
  Group acquire(GroupId id, Optional<Room> room) {
    Handle handle =
        open.compute(
            id,
            (key, old) -> {
              Handle used = old != null ? old : new Handle(new Group(id, room, context));
              used.uses++;
              return used;
            });
    boolean done = false;
    try {
      ensureOpen(handle);
      done = true;
      return handle.group;
    } finally {
      if (!done) {
        release(handle.group);
      }
    }
  }

  private void ensureOpen(Handle handle) {
    handle.opening.lock();
    try {
      if (!handle.opened) {
        open(handle.group);
        handle.opened = true;
      }
    } finally {
      handle.opening.unlock();
    }
  }

  /** Subscribes first, so that nothing is missed between the log's position and the news. */
  private void open(Group group) {
    boolean done = false;
    try {
      log.subscribe(group.id(), group);
      if (group.id().kind() == GroupId.Kind.ROOM) {
        group.follow();
      }
      done = true;
    } finally {
      if (!done) {
        unsubscribe(group); // the half that a failed subscription may have left behind, too
      }
    }
  }

  /** Ends one use of the group; after the last it is closed. May block; never throws. */
  void release(Group group) {
    Handle left =
        open.computeIfPresent(group.id(), (key, handle) -> --handle.uses == 0 ? null : handle);
    if (left == null) {
      unsubscribe(group);
    }
  }

  private void unsubscribe(Group group) {
    Safely.run("unsubscribing from a group", () -> log.unsubscribe(group.id(), group));
  }

  /** Returns the groups that follow a log, as they come and go. */
  List<Group> rooms() {
    return open.values().stream()
        .map(handle -> handle.group)
        .filter(group -> group.id().kind() == GroupId.Kind.ROOM)
        .toList();
  }

  /** Returns how many groups are open. */
  int size() {
    return open.size();
  }
}
