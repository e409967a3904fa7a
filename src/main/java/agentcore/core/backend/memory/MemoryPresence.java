package agentcore.core.backend.memory;

import agentcore.core.backend.GroupId;
import agentcore.core.backend.Member;
import agentcore.core.backend.Notice;
import agentcore.core.backend.Position;
import agentcore.core.backend.Presence;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * The memberships, guarded by one lock. Joins and leaves call subscribers under it, so that they
 * arrive in their order; a broadcast does not.
 */
final class MemoryPresence implements Presence {
  /** How many users' last visits are kept; beyond that, the oldest is forgotten. */
  private static final int MAX_LAST_SEEN = 10_000;

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<GroupId, Members> groups = new HashMap<>();
  private final Map<String, Instant> lastSeen = new LinkedHashMap<>();
  private final Subscribers subscribers;
  private final Function<GroupId, Position> logs;
  private final int presenceLimit;
  private final Clock clock;
  private final LongSupplier nanoTime;

  private static final class Members {
    final Map<String, Member> byChannel = new LinkedHashMap<>(2);
    long emptySinceNanos;
  }

  /**
   * Creates groups without members.
   *
   * @param logs returns the position of a group's log
   */
  MemoryPresence(
      Subscribers subscribers,
      Function<GroupId, Position> logs,
      int presenceLimit,
      Clock clock,
      LongSupplier nanoTime) {
    this.subscribers = subscribers;
    this.logs = logs;
    this.presenceLimit = presenceLimit;
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  /** Allows a room's group to have members, until {@link #close}. */
  void admit(GroupId group) {
    lock.lock();
    try {
      newMembers(group);
    } finally {
      lock.unlock();
    }
  }

  /** Removes a group that has been empty for {@code idleNanos}. Returns whether it is gone. */
  boolean close(GroupId group, long idleNanos) {
    lock.lock();
    try {
      Members members = groups.get(group);
      if (members == null) {
        return true;
      }
      boolean idle =
          members.byChannel.isEmpty()
              && nanoTime.getAsLong() - members.emptySinceNanos >= idleNanos;
      if (idle) {
        groups.remove(group);
      }
      return idle;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public JoinResult join(
      GroupId group, Member member, int capacity, Optional<Notice> announcement) {
    lock.lock();
    try {
      Members members = groups.get(group);
      if (members == null) {
        if (group.kind() == GroupId.Kind.ROOM) {
          return new JoinResult(JoinResult.Outcome.GONE, 0, Position.UNKNOWN);
        }
        members = newMembers(group);
      }
      int count = members.byChannel.size();
      if (members.byChannel.replace(member.channel(), member) != null) {
        return new JoinResult(JoinResult.Outcome.ALREADY, count, positionOfUser(group));
      }
      if (count >= capacity) {
        return new JoinResult(JoinResult.Outcome.FULL, count, Position.UNKNOWN);
      }
      members.byChannel.put(member.channel(), member);
      send(group, count + 1, announcement);
      return new JoinResult(JoinResult.Outcome.JOINED, count + 1, positionOfUser(group));
    } finally {
      lock.unlock();
    }
  }

  private Position positionOfUser(GroupId group) {
    return group.kind() == GroupId.Kind.USER ? logs.apply(group) : Position.UNKNOWN;
  }

  @Override
  public boolean leave(GroupId group, Member member, Optional<Notice> announcement) {
    lock.lock();
    try {
      Map<String, Member> members = byChannel(group);
      int count = members.size();
      Member there = members.get(member.channel());
      if (there == null || !there.join().equals(member.join())) {
        return false;
      }
      members.remove(member.channel());
      if (members.isEmpty()) {
        noteEmpty(group);
      }
      send(group, count, announcement);
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void noteEmpty(GroupId group) {
    if (group.kind() == GroupId.Kind.ROOM) {
      newMembers(group); // empty from now on
    } else {
      groups.remove(group);
    }
    if (group.kind() == GroupId.Kind.USER) {
      lastSeen.remove(group.id());
      lastSeen.put(group.id(), clock.instant());
      if (lastSeen.size() > MAX_LAST_SEEN) {
        lastSeen.remove(lastSeen.keySet().iterator().next());
      }
    }
  }

  @Override
  public List<Member> members(GroupId group, int limit) {
    lock.lock();
    try {
      return byChannel(group).values().stream().limit(limit).toList();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public List<Integer> counts(List<GroupId> ids) {
    lock.lock();
    try {
      return ids.stream().map(id -> byChannel(id).size()).toList();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void broadcast(GroupId group, Notice notice) {
    int count = counts(List.of(group)).getFirst();
    send(group, count, Optional.of(notice));
  }

  @Override
  public Optional<Instant> lastSeen(String user) {
    lock.lock();
    try {
      return groups.containsKey(GroupId.user(user))
          ? Optional.of(clock.instant())
          : Optional.ofNullable(lastSeen.get(user));
    } finally {
      lock.unlock();
    }
  }

  private void send(GroupId group, int count, Optional<Notice> notice) {
    if (notice.isEmpty()
        || (notice.get().kind() == Notice.Kind.PRESENCE && count > presenceLimit)) {
      return;
    }
    subscribers.of(group).forEach(subscriber -> subscriber.onNotice(notice.get()));
  }

  private Map<String, Member> byChannel(GroupId group) {
    Members members = groups.get(group);
    return members == null ? Map.of() : members.byChannel;
  }

  private Members newMembers(GroupId group) {
    Members members = new Members();
    members.emptySinceNanos = nanoTime.getAsLong();
    groups.put(group, members);
    return members;
  }
}
