package agentcore.core.backend.redis;

import agentcore.core.backend.BackendLimits;
import agentcore.core.backend.Directory;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Room;
import agentcore.core.backend.redis.cluster.Router;
import agentcore.core.backend.redis.link.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import redis.clients.jedis.Protocol.Command;

/** The rooms, in one hash; what belongs to a room is in keys of its group. */
final class RedisDirectory implements Directory {
  private final Router router;
  private final Keys keys;

  /** The groups with members on this server. A listener of the program is no member. */
  private final Supplier<Set<GroupId>> joined;

  private final BackendLimits limits;

  /** Recently used rooms by name. When full, rooms without members on this server are removed. */
  private final Map<String, Room> known = new ConcurrentHashMap<>();

  RedisDirectory(Router router, Keys keys, Supplier<Set<GroupId>> joined, BackendLimits limits) {
    this.router = router;
    this.keys = keys;
    this.joined = joined;
    this.limits = limits;
  }

  /** Admits members first, so that a room that can be found can be joined. */
  @Override
  public CreateResult create(Room room) {
    boolean limited = !room.creator().isEmpty();
    return create(
        room, limited ? "" + limits.maxRooms() : "", limited ? "" + limits.maxRoomsPerUser() : "");
  }

  private CreateResult create(Room room, String maxRooms, String maxPerUser) {
    String state = keys.state(GroupId.room(room));
    router.call(Scripts.ADMIT, List.of(state));
    Object reply =
        router.call(
            Scripts.CREATE,
            List.of(keys.rooms(), keys.creators()),
            room.name(),
            value(room),
            room.creator(),
            maxRooms,
            maxPerUser);
    CreateResult created = CreateResult.valueOf(Reply.text(reply));
    if (created == CreateResult.CREATED) {
      remember(room);
    } else if (!listed(room.name()).equals(Optional.of(room))) {
      router.call(Command.DEL, state);
    }
    return created;
  }

  private Optional<Room> listed(String name) {
    return Optional.ofNullable(router.call(Command.HGET, keys.rooms(), name))
        .map(value -> room(name, value));
  }

  private void remember(Room room) {
    if (known.size() >= limits.maxRooms() && !known.containsKey(room.name())) {
      Set<GroupId> inUse = joined.get();
      known.values().removeIf(other -> !inUse.contains(GroupId.room(other)));
    }
    known.put(room.name(), room);
  }

  private static String value(Room room) {
    return room.id() + '\n' + (room.isPublic() ? '1' : '0') + '\n' + room.creator();
  }

  private static Room room(String name, Object value) {
    String[] parts = Reply.text(value).split("\n", 3);
    return new Room(name, parts[0], parts[2], parts[1].equals("1"));
  }

  @Override
  public Optional<Room> find(String name) {
    Optional<Room> room = listed(name);
    room.ifPresent(this::remember);
    return room.or(() -> lost(name));
  }

  /** Creates a room again that has members on this server and that Redis has lost. */
  private Optional<Room> lost(String name) {
    Optional<Room> mine =
        Optional.ofNullable(known.get(name))
            .filter(room -> joined.get().contains(GroupId.room(room)));
    return mine.filter(room -> createAgain(room) == CreateResult.CREATED);
  }

  /** Creates rooms again that have members on this server, if Redis has lost them. */
  void restore(Predicate<GroupId> which) {
    withMembersHere().filter(room -> which.test(GroupId.room(room))).forEach(this::createAgain);
  }

  /** All rooms are in one key, which is lost as a whole: if one is missing, so are the others. */
  void restoreIfUnlisted() {
    Optional<Room> any = withMembersHere().findFirst();
    if (any.isPresent() && listed(any.get().name()).isEmpty()) {
      restore(group -> true);
    }
  }

  private Stream<Room> withMembersHere() {
    Set<GroupId> groups = joined.get();
    return known.values().stream().filter(room -> groups.contains(GroupId.room(room)));
  }

  /** The limits do not apply: the room was created once. */
  private CreateResult createAgain(Room room) {
    return create(room, "", "");
  }

  @Override
  public List<Room> findAll(Collection<String> names) {
    if (names.isEmpty()) {
      return List.of();
    }
    List<String> asked = List.copyOf(names);
    List<Object> command = new ArrayList<>(List.of(keys.rooms()));
    command.addAll(asked);
    List<?> values = Reply.list(router.call(Command.HMGET, command.toArray()));
    List<Room> rooms = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      if (values.get(i) != null) {
        rooms.add(room(asked.get(i), values.get(i)));
      }
    }
    return rooms;
  }

  @Override
  public List<Room> list() {
    Map<String, String> values = Reply.map(router.call(Command.HGETALL, keys.rooms()));
    return values.entrySet().stream().map(each -> room(each.getKey(), each.getValue())).toList();
  }

  @Override
  public boolean remove(Room room) {
    return remove(room, Duration.ZERO);
  }

  private boolean remove(Room room, Duration idle) {
    GroupId group = GroupId.room(room);
    Object closed =
        router.call(
            Scripts.CLOSE,
            List.of(
                keys.members(group),
                keys.state(group),
                keys.log(group),
                keys.record(group),
                keys.invited(group),
                keys.evicted(group)),
            idle.toMillis());
    if (closed.equals(1L)) {
      router.call(
          Scripts.FORGET,
          List.of(keys.rooms(), keys.creators()),
          room.name(),
          value(room),
          room.creator());
    }
    return closed.equals(1L);
  }

  @Override
  public boolean invite(Room room, String user) {
    GroupId group = GroupId.room(room);
    return router
        .call(
            Scripts.INVITE,
            List.of(keys.invited(group), keys.state(group)),
            user,
            limits.maxInvitations())
        .equals(1L);
  }

  @Override
  public void uninvite(Room room, String user) {
    router.call(Command.SREM, keys.invited(GroupId.room(room)), user);
  }

  @Override
  public List<Room> invitations(List<Room> rooms, String user) {
    List<CompletableFuture<Object>> replies =
        rooms.stream()
            .map(room -> keys.invited(GroupId.room(room)))
            .map(invited -> router.submit(Command.SISMEMBER, invited, user))
            .toList();
    List<Room> invited = new ArrayList<>();
    for (int i = 0; i < rooms.size(); i++) {
      if (Reply.await(replies.get(i)).equals(1L)) {
        invited.add(rooms.get(i));
      }
    }
    return invited;
  }

  /** Removes every room that has been empty for too long. One server does so in each period. */
  void sweep(Duration period) {
    Object mine = router.call(Command.SET, keys.sweep(), "1", "NX", "PX", period.toMillis());
    if (mine == null) {
      return;
    }
    for (Room room : list()) {
      if (!room.creator().isEmpty()) {
        remove(room, limits.roomIdleTtl());
      }
    }
  }
}
