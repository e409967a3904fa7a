package agentcore.core.group;

import agentcore.core.backend.GroupId;
import agentcore.core.connection.Connection;
import java.util.List;

/** Lets tests see the groups of a server. */
public final class GroupInternals {
  private GroupInternals() {}

  /** Returns how many rooms have members here. */
  public static int size(ConnectionManager manager) {
    return manager.groups.open.size();
  }

  /** Returns the members of a room that are connected here. */
  public static List<Connection> members(ConnectionManager manager, GroupId id) {
    return manager
        .groups
        .find(id)
        .map(group -> group.news.locked(group.members::connections))
        .orElse(List.of());
  }
}
