package agentcore.core.backend;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/** The rooms in one hash of Redis, each with a group of its own beside it. */
final class RedisDirectory implements Directory {
  private final RedisLink link;
  private final RedisKeys keys;
  private final Subscriptions subscriptions;
  private final BackendLimits limits;

  /** The rooms that were named here lately, by name: at most as many as there may be. */
  private final Map<String, Room> known;

  RedisDirectory(
      RedisLink link, RedisKeys keys, Subscriptions subscriptions, BackendLimits limits) {
    this.link = link;
    this.keys = keys;
    this.subscriptions = subscriptions;
    this.limits = limits;
    this.known =
        Collections.synchronizedMap(
            new LinkedHashMap<>() {
              private static final long serialVersionUID = 1L;

              @Override
              protected boolean removeEldestEntry(Map.Entry<String, Room> eldest) {
                return size() > limits.maxRooms();
              }
            });
  }

  /** Opens the group first, so that whoever finds the room can join it. */
  @Override
  public Created create(Room room) {
    boolean limited = !room.creator().isEmpty();
    return create(
        room, limited ? "" + limits.maxRooms() : "", limited ? "" + limits.maxRoomsPerUser() : "");
  }

  private Created create(Room room, String inAll, String perUser) {
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
    Created created = Created.valueOf(RedisLink.text(reply));
    if (created == Created.CREATED) { // a name that is taken goes on to mean the room that has it
      known.put(room.name(), room);
    } else if (!isListed(room)) {
      link.call(new CommandArguments(Command.DEL).add(state));
    }
    return created;
  }

  private boolean isListed(Room room) {
    Object value = link.call(new CommandArguments(Command.HGET).add(keys.rooms()).add(room.name()));
    return value != null && room(room.name(), value).equals(room);
  }

  private static String value(Room room) {
    return room.id() + '\n' + (room.isPublic() ? '1' : '0') + '\n' + room.creator();
  }

  private static Room room(String name, Object value) {
    String[] parts = RedisLink.text(value).split("\n", 3);
    return new Room(name, parts[0], parts[2], parts[1].equals("1"));
  }

  @Override
  public Optional<Room> find(String name) {
    Object value = link.call(new CommandArguments(Command.HGET).add(keys.rooms()).add(name));
    if (value == null) {
      return lost(name);
    }
    Room room = room(name, value);
    known.put(name, room);
    return Optional.of(room);
  }

  /** A room that has members here is there: if Redis has lost it, it is entered again. */
  private Optional<Room> lost(String name) {
    Optional<Room> mine = Optional.ofNullable(known.get(name)).filter(this::hasMembersHere);
    return mine.filter(room -> createAgain(room) == Created.CREATED);
  }

  private boolean hasMembersHere(Room room) {
    return !subscriptions.of(GroupId.room(room)).isEmpty();
  }

  /** Enters every room again that has members here and that Redis lost. */
  void restore() {
    List<Room> rooms;
    synchronized (known) {
      rooms = List.copyOf(known.values());
    }
    for (Room room : rooms) {
      if (hasMembersHere(room)) {
        createAgain(room);
      }
    }
  }

  /** It has been counted already. */
  private Created createAgain(Room room) {
    return create(room, "", "");
  }

  @Override
  public List<Room> list() {
    List<?> flat =
        RedisLink.list(link.call(new CommandArguments(Command.HGETALL).add(keys.rooms())));
    List<Room> rooms = new ArrayList<>();
    for (int i = 0; i + 1 < flat.size(); i += 2) {
      rooms.add(room(RedisLink.text(flat.get(i)), flat.get(i + 1)));
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
    link.call(new CommandArguments(Command.SREM).add(keys.invited(GroupId.room(room))).add(user));
  }

  @Override
  public boolean isInvited(Room room, String user) {
    return link.call(
            new CommandArguments(Command.SISMEMBER).add(keys.invited(GroupId.room(room))).add(user))
        .equals(1L);
  }

  /** Removes every room that has been empty for too long; one server at a time does it. */
  void sweep(Duration period) {
    Object mine =
        link.call(
            new CommandArguments(Command.SET)
                .add(keys.sweep())
                .add("1")
                .add("NX")
                .add("PX")
                .add(period.toMillis()));
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
