package agentcore.core.backend;

import java.util.List;
import java.util.Optional;

/**
 * Which rooms there are, and who was invited to the private ones.
 *
 * <p>A room that has been empty for the room's idle time is removed with all that belongs to it.
 * Every method may block, and throws {@link BackendException} where the store does not answer.
 */
public interface Directory {
  /** What became of a creation. */
  enum CreateResult {
    /** The room is there now. */
    CREATED,
    /** Another room has that name. */
    EXISTS,
    /** There are as many rooms as there may be. */
    FULL,
    /** There are as many rooms of this creator as there may be. */
    TOO_MANY
  }

  /** Adds a room if no other has its name. */
  CreateResult create(Room room);

  /** Finds a room by its name. */
  Optional<Room> find(String name);

  /** Lists all rooms, in no order. */
  List<Room> list();

  /** Removes a room if nobody is in it. Returns whether it is gone. */
  boolean remove(Room room);

  /** Invites a user. Returns false where the room has as many invitations as it may. */
  boolean invite(Room room, String user);

  /** Ends an invitation; one that is not there is no error. */
  void uninvite(Room room, String user);

  /** Says whether a user was invited. */
  boolean isInvited(Room room, String user);
}
