package agentcore.core.backend.memory;

import agentcore.core.backend.BackendLimits;
import agentcore.core.backend.Directory;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Room;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/** The rooms and their invitations. The lock guards every change; taken before the presence's. */
final class MemoryDirectory implements Directory {
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Room> rooms = new ConcurrentHashMap<>();
  private final Map<String, Set<String>> invited = new HashMap<>();
  private final MemoryPresence presence;
  private final MemoryLogs logs;
  private final BackendLimits limits;

  MemoryDirectory(MemoryPresence presence, MemoryLogs logs, BackendLimits limits) {
    this.presence = presence;
    this.logs = logs;
    this.limits = limits;
  }

  @Override
  public CreateResult create(Room room) {
    lock.lock();
    try {
      if (rooms.containsKey(room.name())) {
        return CreateResult.EXISTS;
      }
      if (rooms.size() >= limits.maxRooms() && !room.creator().isEmpty()) {
        return CreateResult.FULL;
      }
      if (roomsOf(room.creator()) >= limits.maxRoomsPerUser() && !room.creator().isEmpty()) {
        return CreateResult.TOO_MANY;
      }
      presence.admit(GroupId.room(room));
      rooms.put(room.name(), room);
      return CreateResult.CREATED;
    } finally {
      lock.unlock();
    }
  }

  private long roomsOf(String creator) {
    return rooms.values().stream().filter(room -> room.creator().equals(creator)).count();
  }

  @Override
  public Optional<Room> find(String name) {
    return Optional.ofNullable(rooms.get(name));
  }

  @Override
  public List<Room> findAll(Collection<String> names) {
    return names.stream().flatMap(name -> find(name).stream()).toList();
  }

  @Override
  public List<Room> list() {
    return List.copyOf(rooms.values());
  }

  @Override
  public boolean remove(Room room) {
    return remove(room, Duration.ZERO);
  }

  private boolean remove(Room room, Duration idle) {
    lock.lock();
    try {
      if (!presence.close(GroupId.room(room), idle.toNanos())) {
        return false;
      }
      rooms.remove(room.name(), room);
      invited.remove(room.id());
    } finally {
      lock.unlock();
    }
    logs.drop(GroupId.room(room));
    return true;
  }

  @Override
  public boolean invite(Room room, String user) {
    lock.lock();
    try {
      if (!room.equals(rooms.get(room.name()))) {
        return true; // the room was removed meanwhile, with its invitations
      }
      Set<String> users = invited.computeIfAbsent(room.id(), id -> new HashSet<>());
      return users.contains(user) || (users.size() < limits.maxInvitations() && users.add(user));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void uninvite(Room room, String user) {
    lock.lock();
    try {
      invited.getOrDefault(room.id(), new HashSet<>()).remove(user);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public List<Room> invitations(List<Room> rooms, String user) {
    lock.lock();
    try {
      return rooms.stream()
          .filter(room -> invited.getOrDefault(room.id(), Set.of()).contains(user))
          .toList();
    } finally {
      lock.unlock();
    }
  }

  /** Removes the rooms that users created and that have been empty for too long. */
  void sweep() {
    for (Room room : list()) {
      if (!room.creator().isEmpty()) {
        remove(room, limits.roomIdleTtl());
      }
    }
  }
}
