package agentcore.core.connection;

/** Hears from a group. */
interface GroupListener {
  /** A member was removed by somebody else, and has been told. Must not block. */
  void evicted(Group group, Connection member);

  /**
   * News was lost; the log has been read again, hints cannot be. May block.
   *
   * @throws agentcore.core.backend.BackendException to be called again later
   */
  default void healed(Group group) {}
}
