package agentcore.core.backend;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/** The rooms in one hash of Redis, each with a group of its own beside it. */
final class RedisDirectory implements Directory {
  private final RedisLink link;
  private final RedisKeys keys;
  private final BackendLimits limits;

  RedisDirectory(RedisLink link, RedisKeys keys, BackendLimits limits) {
    this.link = link;
    this.keys = keys;
    this.limits = limits;
  }

  /** Opens the group first, so that whoever finds the room can join it. */
  @Override
  public Created create(Room room) {
    String state = keys.state(GroupId.room(room));
    link.call(RedisScript.ADMIT, List.of(state));
    Object reply =
        link.call(
            RedisScript.CREATE,
            List.of(keys.rooms()),
            room.name(),
            value(room),
            room.creator().isEmpty() ? "" : limits.maxRooms());
    Created created = Created.valueOf(RedisLink.text(reply));
    if (created != Created.CREATED && !find(room.name()).equals(Optional.of(room))) {
      link.call(new CommandArguments(Command.DEL).add(state));
    }
    return created;
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
    return Optional.ofNullable(value).map(v -> room(name, v));
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
                keys.invited(group)),
            idle.toMillis());
    if (closed.equals(1L)) {
      link.call(RedisScript.FORGET, List.of(keys.rooms()), room.name(), value(room));
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
