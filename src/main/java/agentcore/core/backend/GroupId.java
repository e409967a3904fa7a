package agentcore.core.backend;

/**
 * Identifies a group of connections. The server chooses the kind, never a client, so that no room
 * name can refer to a user's group.
 *
 * @param kind what the connections have in common
 * @param id a room's id, a user's id, or empty for the group of all
 */
public record GroupId(Kind kind, String id) {
  /** What the connections of a group have in common. */
  public enum Kind {
    /** They are in one room. The group has a log. */
    ROOM,
    /** They belong to one user. The group has a log, too: the user's inbox. */
    USER,
    /** They are connected. */
    ALL
  }

  /** Returns the group of a room's members. */
  public static GroupId room(Room room) {
    return new GroupId(Kind.ROOM, room.id());
  }

  /** Returns the group of a user's connections. */
  public static GroupId user(String user) {
    return new GroupId(Kind.USER, user);
  }

  /** Returns the group of all connections. */
  public static GroupId all() {
    return new GroupId(Kind.ALL, "");
  }
}
