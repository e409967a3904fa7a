package agentcore.core.connection;

import agentcore.core.backend.Backend;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Room;
import agentcore.core.serializer.Serializer;
import java.time.Clock;
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
  private final Backend backend;
  private final Serializer serializer;
  private final Clock clock;
  private final GroupListener listener;

  private static final class Handle {
    final ReentrantLock opening = new ReentrantLock();
    final Group group;
    int uses;
    boolean opened;

    Handle(Group group) {
      this.group = group;
    }
  }

  Groups(Backend backend, Serializer serializer, Clock clock, GroupListener listener) {
    this.backend = backend;
    this.serializer = serializer;
    this.clock = clock;
    this.listener = listener;
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
              Handle used =
                  old != null
                      ? old
                      : new Handle(new Group(id, room, backend, serializer, clock, listener));
              used.uses++;
              return used;
            });
    try {
      ensureOpen(handle);
      return handle.group;
    } catch (RuntimeException e) {
      release(handle.group);
      throw e;
    }
  }

  private void ensureOpen(Handle handle) {
    handle.opening.lock();
    try {
      if (!handle.opened) {
        Group group = handle.group;
        backend.subscribe(group.id(), group);
        if (group.id().kind() == GroupId.Kind.ROOM) {
          group.follow();
        }
        handle.opened = true;
      }
    } finally {
      handle.opening.unlock();
    }
  }

  /** Ends one use of the group; after the last it is closed. May block. */
  void release(Group group) {
    Handle left =
        open.computeIfPresent(group.id(), (key, handle) -> --handle.uses == 0 ? null : handle);
    if (left == null) {
      backend.unsubscribe(group.id(), group);
    }
  }

  /** Returns how many groups are open. */
  int size() {
    return open.size();
  }
}
