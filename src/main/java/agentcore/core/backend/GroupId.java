package agentcore.core.backend;

/**
 * Names a group of connections.
 *
 * <p>The kind is always the server's choice, never taken from what a client wrote, so that no room
 * name can reach into a user's group.
 *
 * @param kind what the connections have in common
 * @param id a room's id, a user's id, or nothing for all
 */
public record GroupId(Kind kind, String id) {
  /** What the connections of a group have in common. */
  public enum Kind {
    /** They are in one room; the only kind with a log. */
    ROOM,
    /** They belong to one user. */
    USER,
    /** They are connected. */
    ALL
  }

  private static final GroupId ALL = new GroupId(Kind.ALL, "");

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
    return ALL;
  }
}
