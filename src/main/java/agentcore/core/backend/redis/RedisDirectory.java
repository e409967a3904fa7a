package agentcore.core.backend.redis;

import agentcore.core.backend.BackendLimits;
import agentcore.core.backend.Directory;
import agentcore.core.backend.GroupId;
import agentcore.core.backend.Room;
import agentcore.core.backend.Subscribers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import redis.clients.jedis.Protocol.Command;

/** The rooms in one hash of Redis, each with a group of its own beside it. */
final class RedisDirectory implements Directory {
  private final RedisLink link;
  private final RedisKeys keys;
  private final Subscribers subscriptions;
  private final BackendLimits limits;

  /** The rooms that were named here lately, by name; when full, those without members here go. */
  private final Map<String, Room> known = new ConcurrentHashMap<>();

  RedisDirectory(RedisLink link, RedisKeys keys, Subscribers subscriptions, BackendLimits limits) {
    this.link = link;
    this.keys = keys;
    this.subscriptions = subscriptions;
    this.limits = limits;
  }

  /** Opens the group first, so that whoever finds the room can join it. */
  @Override
  public CreateResult create(Room room) {
    boolean limited = !room.creator().isEmpty();
    return create(
        room, limited ? "" + limits.maxRooms() : "", limited ? "" + limits.maxRoomsPerUser() : "");
  }

  private CreateResult create(Room room, String inAll, String perUser) {
    String state = keys.state(GroupId.room(room));
    link.call(RedisScript.ADMIT, List.of(state));
    Object reply =
        link.call(
            RedisScript.CREATE,
            List.of(keys.rooms(), keys.creators()),
            room.name(),
            value(room),
            room.creator(),
            inAll,
            perUser);
    CreateResult created = CreateResult.valueOf(RedisReply.text(reply));
    if (created
        == CreateResult.CREATED) { // a name that is taken goes on to mean the room that has it
      remember(room);
    } else if (!listed(room.name()).equals(Optional.of(room))) {
      link.call(Command.DEL, state);
    }
    return created;
  }

  private Optional<Room> listed(String name) {
    return Optional.ofNullable(link.call(Command.HGET, keys.rooms(), name))
        .map(value -> room(name, value));
  }

  private void remember(Room room) {
    if (known.size() >= limits.maxRooms() && !known.containsKey(room.name())) {
      known.values().removeIf(other -> !hasMembersHere(other));
    }
    known.put(room.name(), room);
  }

  private static String value(Room room) {
    return room.id() + '\n' + (room.isPublic() ? '1' : '0') + '\n' + room.creator();
  }

  private static Room room(String name, Object value) {
    String[] parts = RedisReply.text(value).split("\n", 3);
    return new Room(name, parts[0], parts[2], parts[1].equals("1"));
  }

  @Override
  public Optional<Room> find(String name) {
    Optional<Room> room = listed(name);
    room.ifPresent(this::remember);
    return room.or(() -> lost(name));
  }

  /** A room that has members here is there: if Redis has lost it, it is entered again. */
  private Optional<Room> lost(String name) {
    Optional<Room> mine = Optional.ofNullable(known.get(name)).filter(this::hasMembersHere);
    return mine.filter(room -> createAgain(room) == CreateResult.CREATED);
  }

  private boolean hasMembersHere(Room room) {
    return !subscriptions.of(GroupId.room(room)).isEmpty();
  }

  /** Enters those rooms again that have members here and that Redis lost. */
  void restore(Predicate<GroupId> which) {
    known.values().stream()
        .filter(room -> hasMembersHere(room) && which.test(GroupId.room(room)))
        .forEach(this::createAgain);
  }

  /** All rooms are in one key, which is lost as a whole: where one is missing, all are entered. */
  void restoreIfUnlisted() {
    Optional<Room> any = known.values().stream().filter(this::hasMembersHere).findFirst();
    if (any.isPresent() && listed(any.get().name()).isEmpty()) {
      restore(group -> true);
    }
  }

  /** It has been counted already. */
  private CreateResult createAgain(Room room) {
    return create(room, "", "");
  }

  @Override
  public List<Room> list() {
    List<?> flat = RedisReply.list(link.call(Command.HGETALL, keys.rooms()));
    List<Room> rooms = new ArrayList<>();
    for (int i = 0; i + 1 < flat.size(); i += 2) {
      rooms.add(room(RedisReply.text(flat.get(i)), flat.get(i + 1)));
    }
    return rooms;
  }

  @Override
  public boolean remove(Room room) {
    return remove(room, Duration.ZERO);
  }

  private boolean remove(Room room, Duration idle) {
    GroupId group = GroupId.room(room);
    Object closed =
        link.call(
            RedisScript.CLOSE,
            List.of(
                keys.members(group),
                keys.state(group),
                keys.log(group),
                keys.record(group),
                keys.invited(group),
                keys.evicted(group)),
            idle.toMillis());
    if (closed.equals(1L)) {
      link.call(
          RedisScript.FORGET,
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
    return link.call(
            RedisScript.INVITE,
            List.of(keys.invited(group), keys.state(group)),
            user,
            limits.maxInvitations())
        .equals(1L);
  }

  @Override
  public void uninvite(Room room, String user) {
    link.call(Command.SREM, keys.invited(GroupId.room(room)), user);
  }

  @Override
  public boolean isInvited(Room room, String user) {
    return link.call(Command.SISMEMBER, keys.invited(GroupId.room(room)), user).equals(1L);
  }

  /** Removes every room that has been empty for too long; one server at a time does it. */
  void sweep(Duration period) {
    Object mine = link.call(Command.SET, keys.sweep(), "1", "NX", "PX", period.toMillis());
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
