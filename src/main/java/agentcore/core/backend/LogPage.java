package agentcore.core.backend;

import java.util.List;

/**
 * The result of reading a log.
 *
 * @param status whether the entries continue from the reader's position
 * @param top the position of the log's newest entry
 * @param entries oldest first; empty unless the status is OK
 * @param more whether the log holds more than fits on this page
 */
public record LogPage(Status status, Position top, List<Entry> entries, boolean more) {
  /** Whether a log continues from a position. */
  public enum Status {
    /** It does. */
    OK,
    /** The log has another epoch. */
    EPOCH,
    /** The position is beyond the newest entry: the log was rolled back. */
    AHEAD,
    /** The entries after the position are gone. */
    TRIMMED,
    /** Another entry has that seq: the log was rolled back and has grown again. */
    REWRITTEN
  }

  /** Copies the entries. */
  public LogPage {
    entries = List.copyOf(entries);
  }

  /** Returns a page without entries, for a position from which the log does not continue. */
  public static LogPage broken(Status status, Position top) {
    return new LogPage(status, top, List.of(), false);
  }
}
