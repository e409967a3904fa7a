package agentcore.core.connection;

/** Hears from a group. Called under the group's lock: must not block. */
interface GroupListener {
  /** A member was removed by somebody else, and has been told. */
  void evicted(Group group, Connection member);
}
