package agentcore.core.backend;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The rooms, and the users invited to the private ones.
 *
 * <p>A room that has been empty for {@link BackendLimits#roomIdleTtl} is removed, with its log,
 * members and invitations, unless the server itself created it.
 */
public interface Directory {
  /** The outcome of creating a room. */
  enum CreateResult {
    /** The room was created. */
    CREATED,
    /** Another room has the name. */
    EXISTS,
    /** There are {@link BackendLimits#maxRooms} rooms. */
    FULL,
    /** The creator has {@link BackendLimits#maxRoomsPerUser} rooms. */
    TOO_MANY
  }

  /** Creates a room unless its name is taken or a limit is reached. The server has no limit. */
  CreateResult create(Room room);

  /** Finds a room by its name. */
  Optional<Room> find(String name);

  /** Returns those of the rooms with these names that exist, unordered. */
  List<Room> findAll(Collection<String> names);

  /** Returns all rooms, unordered. */
  List<Room> list();

  /** Removes a room if it has no members. Returns whether the room does not exist any more. */
  boolean remove(Room room);

  /** Invites a user. Returns false if the room has its maximum of invitations. */
  boolean invite(Room room, String user);

  /** Withdraws an invitation, if there is one. */
  void uninvite(Room room, String user);

  /** Returns those of the rooms to which a user is invited, in their order. */
  List<Room> invitations(List<Room> rooms, String user);

  /** Returns whether a user is invited. */
  default boolean isInvited(Room room, String user) {
    return !invitations(List.of(room), user).isEmpty();
  }
}
