package agentcore.core.backend;

/**
 * Receives what happens in a group. The backend chooses the threads; it calls {@link #onEntry} for
 * one entry of a log at a time, in order. A subscriber must not block and must not call the
 * backend.
 */
public interface Subscriber {
  /**
   * Receives an appended entry, and may hold it back until {@link #flush}. A hint: it may be
   * missing, repeated or late.
   *
   * @param previousId the id of the entry before it
   */
  void onEntry(Entry entry, String previousId);

  /**
   * Processes the entries that were held back: none follows for now. May be called by several
   * threads at once, and without need.
   */
  void flush();

  /** Receives a notice. */
  void onNotice(Notice notice);

  /** Learns that entries may have been missed: the log must be read. */
  void onGap();
}
