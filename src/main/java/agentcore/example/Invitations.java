package agentcore.example;

import agentcore.core.backend.GroupId;
import agentcore.core.backend.Room;
import agentcore.core.consumer.Session;

/**
 * Ends invitations. An invitation belongs to a user, not to a connection: it lasts while any
 * connection of the user is in the room, on any server.
 */
final class Invitations {
  private Invitations() {}

  /**
   * Ends a user's invitation to a private room, unless a connection of the user is in the room.
   *
   * @param leaving the channel of a connection that is leaving, which does not count
   */
  static void endUnlessIn(Session session, Room room, String user, String leaving) {
    if (room.isPublic() || isIn(session, room, user, leaving)) {
      return;
    }
    session.directory().uninvite(room, user);
    if (isIn(session, room, user, leaving)) { // it entered while it was still invited
      boolean unused = session.directory().invite(room, user);
    }
  }

  private static boolean isIn(Session session, Room room, String user, String leaving) {
    return session.presence().members(GroupId.room(room), Integer.MAX_VALUE).stream()
        .anyMatch(member -> member.user().equals(user) && !member.channel().equals(leaving));
  }
}
