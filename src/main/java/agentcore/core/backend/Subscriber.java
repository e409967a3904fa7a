package agentcore.core.backend;

/**
 * Hears what happens in a group. The backend calls it on threads of its choice, one call at a time
 * for each log's entries and in their order. It must not block, and must not call the backend.
 */
public interface Subscriber {
  /**
   * Hears that an entry was appended, and may keep it until {@link #flush}. A hint: the log is the
   * truth, and hints may be missing.
   *
   * @param previousId the id of the entry before it
   */
  void onEntry(Entry entry, String previousId);

  /**
   * Hears that for now no more entries follow: what was kept is to go on. Several threads may call
   * it at once, and once too often.
   */
  void flush();

  /** Hears a signal. */
  void onNotice(Notice signal);

  /** Hears that entries may have been missed: the log is to be read. */
  void onGap();
}
